#include "recorder/nondeterminism/trap_sites.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <link.h>

#include <algorithm>
#include <bit>
#include <random>
#include <span>

#include "base/files.h"
#include "device/code/elf_functions.h"

// Never called: code to be found, and bytes that must not be taken for it. Labels as each says.
asm(R"(
    .text
    .p2align 4
    .type chance_described, @function
chance_described:
    .cfi_startproc
at_cpuid:
    cpuid
at_rdrand:
    rdrand %r9w
at_rdseed:
    rdseed %rax
at_rdpid:
    rdpid %r12
    movl $0xa20f, %eax
.set in_immediate, . - 4
    .byte 0x0f, 0xc7, 0x37
.set vmptrld, . - 3
    jmp 1f
data_in_function:
    .byte 0x0f, 0xa2
    .byte 0x48
1:  ret
    .cfi_endproc
    .size chance_described, . - chance_described

    .p2align 4
    .type chance_named, @function
chance_named:
at_named:
    cpuid
    ret
    .size chance_named, . - chance_named

data_between_functions:
    .byte 0x0f, 0xa2, 0x0f, 0xa2, 0x0f, 0xc7, 0xf0
    .globl at_cpuid, at_rdrand, at_rdseed, at_rdpid, in_immediate, vmptrld, data_in_function
    .globl at_named, data_between_functions
)");

extern "C" const char at_cpuid, at_rdrand, at_rdseed, at_rdpid, in_immediate, vmptrld,
    data_in_function, at_named, data_between_functions;

namespace mecrr {
namespace {

using enum InstructionKind;

const Bytes& own_file() {
  static const Bytes file = read_file("/proc/self/exe").value();
  return file;
}

/// Where the byte that is loaded at `address` stands in our own file.
std::uint64_t file_offset(const char& address) {
  struct Search {
    std::uint64_t address;
    std::uint64_t offset = 0;
  } search{std::bit_cast<std::uint64_t>(&address)};
  dl_iterate_phdr(
      [](dl_phdr_info* program, std::size_t, void* into) {
        auto& search = *static_cast<Search*>(into);
        for (const ElfW(Phdr) & segment : std::span(program->dlpi_phdr, program->dlpi_phnum)) {
          const std::uint64_t in_segment = search.address - program->dlpi_addr - segment.p_vaddr;
          if (segment.p_type == PT_LOAD && in_segment < segment.p_filesz)
            search.offset = segment.p_offset + in_segment;
        }
        return 1;  // the first is the program itself
      },
      &search);
  return search.offset;
}

std::optional<NondeterministicInstruction> site_at(const std::vector<TrapSite>& sites,
                                                   const char& address) {
  const auto at = std::ranges::find(sites, file_offset(address), &TrapSite::offset);
  return at == sites.end() ? std::nullopt : std::optional(at->instruction);
}

using Found = std::optional<NondeterministicInstruction>;

TEST(FindTrapSites, FindsEachKindInAFunctionThatIsDescribed) {
  const auto sites = find_trap_sites(own_file());
  EXPECT_EQ(site_at(sites, at_cpuid), (Found{{kCpuid, 2, 0, 0}}));
  EXPECT_EQ(site_at(sites, at_rdrand), (Found{{kRdrand, 5, 9, 16}}));
  EXPECT_EQ(site_at(sites, at_rdseed), (Found{{kRdseed, 4, 0, 64}}));
  EXPECT_EQ(site_at(sites, at_rdpid), (Found{{kRdpid, 5, 12, 64}}));
}

TEST(FindTrapSites, FindsAFunctionThatOnlyHasASymbol) {
  EXPECT_TRUE(site_at(find_trap_sites(own_file()), at_named));
}

TEST(FindTrapSites, TakesNoDataForCode) {
  const auto sites = find_trap_sites(own_file());
  for (const char* byte : {&in_immediate, &vmptrld, &data_in_function, &data_between_functions})
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(site_at(sites, byte[i])) << i;
}

TEST(FindTrapSites, ReportsInOrderAndOnce) {
  const auto sites = find_trap_sites(own_file());
  EXPECT_TRUE(std::ranges::is_sorted(sites, std::ranges::less_equal{}, &TrapSite::offset));
  EXPECT_GE(sites.size(), 5u);
}

TEST(FindTrapSites, TheDynamicLinkerAsksTheProcessor) {
  const auto file = read_file("/lib64/ld-linux-x86-64.so.2");
  ASSERT_TRUE(file) << file.error().message;
  const auto sites = find_trap_sites(*file);
  EXPECT_GT(
      std::ranges::count(sites, kCpuid, [](const TrapSite& site) { return site.instruction.kind; }),
      10);
}

TEST(FindTrapSites, OtherFilesHaveNone) {
  EXPECT_TRUE(find_trap_sites({}).empty());
  EXPECT_TRUE(find_trap_sites(as_bytes("#!/bin/sh\n\x0f\xa2")).empty());
  Bytes other_machine = own_file();
  ASSERT_TRUE(store<Elf64_Half>(other_machine, offsetof(Elf64_Ehdr, e_machine), EM_AARCH64));
  EXPECT_TRUE(find_trap_sites(other_machine).empty());
}

/// What must hold for any file: sites are instructions that stand in it.
void expect_sound(ByteView file) {
  for (const TrapSite& site : find_trap_sites(file)) {
    ASSERT_LT(site.offset, file.size());
    EXPECT_EQ(decode_instruction(file.subspan(site.offset)), site.instruction);
  }
}

/// The dynamic linker is smaller than our own file, so quicker to damage.
Bytes victim() { return read_file("/lib64/ld-linux-x86-64.so.2").value(); }

TEST(FindTrapSites, EveryTruncationIsSurvived) {
  const Bytes file = victim();
  for (std::size_t size = 0; size < 1024; ++size) expect_sound(ByteView(file).first(size));
  for (std::size_t size = 1024; size < file.size(); size += 4093)
    expect_sound(ByteView(file).first(size));
}

/// Headers, program headers and the unwind table, where damage is most likely to be believed.
std::vector<FileRange> tables_of(ByteView file) {
  const auto header = load<Elf64_Ehdr>(file).value();
  std::vector<FileRange> tables = {{0, sizeof header},
                                   {header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr)},
                                   {header.e_shoff, header.e_shnum * sizeof(Elf64_Shdr)}};
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = load<Elf64_Phdr>(file, header.e_phoff + i * sizeof(Elf64_Phdr)).value();
    if (segment.p_type == PT_GNU_EH_FRAME) {
      tables.push_back({segment.p_offset, 12});
      tables.push_back({segment.p_offset, 2 * segment.p_filesz});  // .eh_frame follows
    }
  }
  return tables;
}

TEST(FindTrapSites, EveryDamageIsSurvived) {
  const Bytes whole = victim();
  const std::vector<FileRange> tables = tables_of(whole);
  std::mt19937_64 random(20240101);
  constexpr std::uint64_t kNasty[] = {0, 1, 0x7f, 0x80, 0xff, ~0ULL, 1ULL << 63, ~0ULL >> 1};
  for (int round = 0; round < 4000; ++round) {
    Bytes file = whole;
    for (std::uint64_t damages = 1 + random() % 8; damages > 0; --damages) {
      const FileRange& table = tables[random() % tables.size()];
      const std::uint64_t at = table.offset + random() % table.size;
      const std::uint64_t value = random() % 2 ? kNasty[random() % std::size(kNasty)] : random();
      const std::uint64_t size = random() % 2 ? sizeof value : 1;
      for (std::uint64_t i = at; i < std::min<std::uint64_t>(at + size, file.size()); ++i)
        file[i] = object_bytes(value)[i - at];
    }
    expect_sound(file);
  }
}

TEST(FindTrapSites, OverlappingSegmentsAreNotReadAgainAndAgain) {
  constexpr std::size_t kSegments = 4000;
  Bytes file(16 << 20, std::byte{0x90});
  Elf64_Ehdr header = load<Elf64_Ehdr>(victim()).value();
  header.e_phoff = sizeof header;
  header.e_phnum = kSegments;
  ASSERT_TRUE(store(file, 0, header));
  Elf64_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_flags = PF_X;
  segment.p_filesz = file.size();
  for (std::size_t i = 0; i < kSegments; ++i)
    ASSERT_TRUE(store(file, sizeof header + i * sizeof segment, segment));
  auto functions = ElfFunctions::of(file);
  ASSERT_TRUE(functions);
  EXPECT_EQ(functions->executable().size(), 1U);
  expect_sound(file);
}

}  // namespace
}  // namespace mecrr
