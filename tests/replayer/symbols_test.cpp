// Symbols of this very test program, whose mappings and files serve as those of a recorded one.

#include "replayer/symbols/symbols.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "base/bytes.h"
#include "base/files.h"
#include "replayer/symbols/elf_file.h"

namespace mecrr {
namespace {

enum class Stored { kWholeFiles, kMappedPartsOnly };

/// What a trace of this process would hold.
class OwnFiles : public StoredFiles {
 public:
  explicit OwnFiles(Stored stored) : stored_(stored) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) add(line);
  }

  Result<void> for_each_part(ContentId content, const Take& take) override {
    const std::string& path = paths_[content.value()];
    const Bytes file = TRY(read_file(path));
    if (stored_ == Stored::kWholeFiles) return take(0, file);
    for (const auto& [offset, size] : parts_[content.value()]) {
      const std::uint64_t rest = file.size() - std::min<std::uint64_t>(offset, file.size());
      TRY(take(offset, *slice(file, offset, std::min(size, rest))));
    }
    return {};
  }

  const std::vector<MappedFile>& executable() const { return executable_; }

 private:
  void add(const std::string& line) {
    std::istringstream words(line);
    std::uint64_t start, end, offset, inode;
    char dash;
    std::string protection, device, path;
    words >> std::hex >> start >> dash >> end >> protection >> offset >> device >> std::dec >>
        inode >> path;
    if (inode == 0) return;
    const std::size_t content = std::find(paths_.begin(), paths_.end(), path) - paths_.begin();
    if (content == paths_.size()) paths_.push_back(path);
    parts_[content][offset] = end - start;
    if (protection[2] == 'x')
      executable_.push_back(
          {{RemoteAddress(start), end - start}, ContentId(content), offset, path});
  }

  Stored stored_;
  std::vector<std::string> paths_;
  std::map<std::size_t, std::map<std::uint64_t, std::uint64_t>> parts_;
  std::vector<MappedFile> executable_;
};

class OwnMemory : public Memory {
 public:
  Result<void> read(RemoteAddress from, MutableBytes into) const override {
    const iovec local{into.data(), into.size()};
    const iovec remote{from.as_pointer(), into.size()};
    if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != static_cast<ssize_t>(into.size()))
      return fail_errno("reading {}", from);
    return {};
  }
};

Registers own_registers() {
  ucontext_t here{};
  getcontext(&here);
  const greg_t* r = here.uc_mcontext.gregs;
  const auto value = [r](int number) { return static_cast<std::uint64_t>(r[number]); };
  Registers registers{};
  registers.rbx = value(REG_RBX);
  registers.rbp = value(REG_RBP);
  registers.rsp = value(REG_RSP);
  registers.rip = value(REG_RIP);
  registers.r12 = value(REG_R12);
  registers.r13 = value(REG_R13);
  registers.r14 = value(REG_R14);
  registers.r15 = value(REG_R15);
  return registers;
}

struct Fixture {
  explicit Fixture(Stored stored) : files(stored), symbols(files) {
    symbols.set_mapped_files(files.executable());
  }
  OwnFiles files;
  Symbols symbols;
};

}  // namespace

[[gnu::noinline]] std::vector<Frame> innermost_of_three(Symbols& symbols) {
  const Registers registers = own_registers();
  return symbols.backtrace(registers, OwnMemory(), 50);
}
[[gnu::noinline]] std::vector<Frame> middle_of_three(Symbols& symbols) {
  auto frames = innermost_of_three(symbols);
  frames.shrink_to_fit();  // or the call would be a jump
  return frames;
}
[[gnu::noinline]] std::vector<Frame> outermost_of_three(Symbols& symbols) {
  auto frames = middle_of_three(symbols);
  frames.shrink_to_fit();
  return frames;
}

namespace {

std::vector<std::string> names(const std::vector<Frame>& frames) {
  std::vector<std::string> found;
  for (const Frame& frame : frames)
    found.push_back(frame.symbol ? frame.symbol->name.substr(0, frame.symbol->name.find('('))
                                 : "?");
  return found;
}

TEST(Symbols, NameTheFunctionAtAnAddress) {
  Fixture own(Stored::kWholeFiles);
  const auto symbol = own.symbols.symbol_at(RemoteAddress(std::uint64_t(&middle_of_three)) + 3);
  ASSERT_TRUE(symbol);
  EXPECT_EQ(symbol->name, "mecrr::middle_of_three(mecrr::Symbols&)");
  EXPECT_EQ(symbol->offset, 3u);
  EXPECT_THAT(symbol->file, testing::EndsWith("symbols_test"));
}

TEST(Symbols, FindAFunctionWithAndWithoutItsParameters) {
  Fixture own(Stored::kWholeFiles);
  for (const char* name : {"mecrr::middle_of_three", "mecrr::middle_of_three(mecrr::Symbols&)",
                           "_ZN5mecrr15middle_of_threeERNS_7SymbolsE"}) {
    const auto found = own.symbols.find(name);
    ASSERT_EQ(found.size(), 1u) << name;
    EXPECT_EQ(found[0].address, RemoteAddress(std::uint64_t(&middle_of_three)));
  }
  EXPECT_TRUE(own.symbols.find("middle_of_nothing").empty());
}

TEST(Symbols, FindALibrarysFunctionByWhatIsMappedOfIt) {
  Fixture own(Stored::kMappedPartsOnly);
  const auto found = own.symbols.find("getpid");
  ASSERT_FALSE(found.empty());
  EXPECT_THAT(found[0].file, testing::HasSubstr("libc.so"));
  const auto symbol = own.symbols.symbol_at(found[0].address + 1);
  ASSERT_TRUE(symbol);
  EXPECT_THAT(symbol->name, testing::HasSubstr("getpid"));
}

TEST(Symbols, CompleteNames) {
  Fixture own(Stored::kWholeFiles);
  EXPECT_THAT(own.symbols.names_with_prefix("mecrr::middle_of_", 10),
              testing::ElementsAre("mecrr::middle_of_three"));
  EXPECT_EQ(own.symbols.names_with_prefix("mem", 3).size(), 3u);
}

TEST(Symbols, GiveTheSourceLine) {
  Fixture own(Stored::kWholeFiles);
  const auto line = own.symbols.line_at(RemoteAddress(std::uint64_t(&middle_of_three)));
  ASSERT_TRUE(line);
  EXPECT_THAT(line->file, testing::EndsWith("symbols_test.cpp"));
  EXPECT_GT(line->line, 50);
}

TEST(Symbols, BacktraceNamesTheCallers) {
  Fixture own(Stored::kWholeFiles);
  const auto frames = outermost_of_three(own.symbols);
  const auto found = names(frames);
  ASSERT_GE(found.size(), 5u);
  EXPECT_THAT(std::vector(found.begin() + 1, found.begin() + 4),
              testing::ElementsAre("mecrr::innermost_of_three", "mecrr::middle_of_three",
                                   "mecrr::outermost_of_three"));
  EXPECT_THAT(found, testing::Contains("main"));
}

TEST(Symbols, BacktraceNeedsNoSectionHeaders) {
  Fixture whole(Stored::kWholeFiles);
  Fixture mapped(Stored::kMappedPartsOnly);
  const auto expected = outermost_of_three(whole.symbols);
  const auto frames = outermost_of_three(mapped.symbols);
  ASSERT_EQ(frames.size(), expected.size());
  for (std::size_t i = 5; i < frames.size(); ++i)  // TestBody, frame 4, calls from two places
    EXPECT_EQ(frames[i].address, expected[i].address);
}

TEST(Symbols, BacktraceOfACallToABadPointerStartsThere) {
  Fixture own(Stored::kWholeFiles);
  const Registers here = own_registers();
  const std::uint64_t stack[] = {here.rip};  // as if a call had just pushed it
  Registers registers = here;
  registers.rip = 0x10;
  registers.rsp = RemoteAddress::of(stack).value();
  const auto frames = own.symbols.backtrace(registers, OwnMemory(), 50);
  ASSERT_GE(frames.size(), 2u);
  EXPECT_EQ(frames[0].address, RemoteAddress(0x10));
  EXPECT_FALSE(frames[0].symbol);
  EXPECT_EQ(frames[1].address, RemoteAddress(here.rip));
}

TEST(Symbols, BacktraceEndsAtItsLimit) {
  Fixture own(Stored::kWholeFiles);
  EXPECT_EQ(own.symbols.backtrace(own_registers(), OwnMemory(), 2).size(), 2u);
}

/// One content of given parts.
class GivenParts : public StoredFiles {
 public:
  explicit GivenParts(std::vector<std::pair<std::uint64_t, Bytes>> parts)
      : parts_(std::move(parts)) {}
  Result<void> for_each_part(ContentId, const Take& take) override {
    for (const auto& [offset, bytes] : parts_) TRY(take(offset, bytes));
    return {};
  }

 private:
  std::vector<std::pair<std::uint64_t, Bytes>> parts_;
};

TEST(ElfFile, RefusesWhatIsNoElfFile) {
  GivenParts text({{0, to_bytes(std::string(5000, 'x'))}});
  EXPECT_EQ(rebuild_elf(text, ContentId(1)).error().message, "not an x86-64 ELF file");
  GivenParts nothing({});
  EXPECT_EQ(rebuild_elf(nothing, ContentId(1)).error().message,
            "the ELF header is not in the trace");
}

TEST(ElfFile, RefusesAPartThatClaimsToLieBeyondAnyFile) {
  GivenParts part({{~std::uint64_t{0} - 10, to_bytes("data")}});
  EXPECT_THAT(rebuild_elf(part, ContentId(1)).error().message, testing::HasSubstr("beyond 64 GiB"));
}

TEST(ElfFile, RefusesProgramHeadersInAHole) {
  Elf64_Ehdr header{};
  std::copy_n(ELFMAG, SELFMAG, header.e_ident);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_machine = EM_X86_64;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 3;
  header.e_phoff = ~std::uint64_t{0} - 7;
  GivenParts part({{0, to_bytes(object_bytes(header))}});
  EXPECT_EQ(rebuild_elf(part, ContentId(1)).error().message,
            "the ELF program headers are not in the trace");
}

TEST(Symbols, OfAFileWithDamagedHeadersAreNotKnown) {
  Bytes program = *read_file("/proc/self/exe");
  for (std::size_t i = 64; i < 4096; ++i) program[i] = std::byte(i * 7);
  GivenParts damaged({{0, program}});
  Symbols symbols(damaged);
  symbols.set_mapped_files({{{RemoteAddress(0x400000), 0x10000}, ContentId(1), 0, "program"}});
  EXPECT_FALSE(symbols.symbol_at(RemoteAddress(0x400100)));
  EXPECT_TRUE(symbols.find("main").empty());
}

}  // namespace
}  // namespace mecrr
