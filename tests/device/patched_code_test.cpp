// Whether code does the same with a patch as without: each window of the C library and the dynamic
// linker is executed on random registers, where it stands and moved into a stub.
#include <capstone/capstone.h>
#include <elf.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <string>

#include "base/files.h"
#include "device/patching/call_sites.h"

namespace {

/// All that code can see and change in registers. Offsets as in the assembly below.
struct Machine {
  std::uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
  std::uint64_t flags;
  std::uint64_t way_out;  // which of the ways out was taken
  alignas(16) std::array<std::byte, 512> vectors;
};

}  // namespace

extern "C" {
// Named by the assembly below.
Machine patched_code_machine;
std::uint64_t patched_code_start;
std::uint64_t patched_code_own_stack;
void patched_code_run();
void patched_code_at_call();
void patched_code_at_jump();
}

// patched_code_run loads the machine and jumps to patched_code_start; the code leaves to one of the
// two others, which store the machine, and return from patched_code_run.
asm(R"(
    .text
patched_code_run:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    pushfq
    mov %rsp, patched_code_own_stack(%rip)
    fxrstor 144 + patched_code_machine(%rip)
    push 128 + patched_code_machine(%rip)
    popfq
    mov 0 + patched_code_machine(%rip), %rax
    mov 8 + patched_code_machine(%rip), %rcx
    mov 16 + patched_code_machine(%rip), %rdx
    mov 24 + patched_code_machine(%rip), %rbx
    mov 32 + patched_code_machine(%rip), %rsp
    mov 40 + patched_code_machine(%rip), %rbp
    mov 48 + patched_code_machine(%rip), %rsi
    mov 56 + patched_code_machine(%rip), %rdi
    mov 64 + patched_code_machine(%rip), %r8
    mov 72 + patched_code_machine(%rip), %r9
    mov 80 + patched_code_machine(%rip), %r10
    mov 88 + patched_code_machine(%rip), %r11
    mov 96 + patched_code_machine(%rip), %r12
    mov 104 + patched_code_machine(%rip), %r13
    mov 112 + patched_code_machine(%rip), %r14
    mov 120 + patched_code_machine(%rip), %r15
    jmp *patched_code_start(%rip)
patched_code_at_call:
    movq $1, 136 + patched_code_machine(%rip)
    jmp 1f
patched_code_at_jump:
    movq $2, 136 + patched_code_machine(%rip)
1:  mov %rax, 0 + patched_code_machine(%rip)
    mov %rcx, 8 + patched_code_machine(%rip)
    mov %rdx, 16 + patched_code_machine(%rip)
    mov %rbx, 24 + patched_code_machine(%rip)
    mov %rsp, 32 + patched_code_machine(%rip)
    mov %rbp, 40 + patched_code_machine(%rip)
    mov %rsi, 48 + patched_code_machine(%rip)
    mov %rdi, 56 + patched_code_machine(%rip)
    mov %r8, 64 + patched_code_machine(%rip)
    mov %r9, 72 + patched_code_machine(%rip)
    mov %r10, 80 + patched_code_machine(%rip)
    mov %r11, 88 + patched_code_machine(%rip)
    mov %r12, 96 + patched_code_machine(%rip)
    mov %r13, 104 + patched_code_machine(%rip)
    mov %r14, 112 + patched_code_machine(%rip)
    mov %r15, 120 + patched_code_machine(%rip)
    mov patched_code_own_stack(%rip), %rsp
    pushfq
    pop 128 + patched_code_machine(%rip)
    fxsave 144 + patched_code_machine(%rip)
    popfq
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret
)");

// Windows of kinds that the C library has few of. Never called where they stand.
asm(R"asm(
    .macro sample first, second, third
    .p2align 4
    .cfi_startproc
    \first
    \second
    \third
    syscall
    ret
    .skip 16, 0x90
    .cfi_endproc
    .endm

    .macro cpuid_sample first, second, third
    .p2align 4
    .cfi_startproc
    \first
    \second
    \third
    cpuid
    ret
    .skip 16, 0x90
    .cfi_endproc
    .endm

    cpuid_sample "mov $7, %eax"
    cpuid_sample "mov $15, %eax"
    cpuid_sample "mov %rdx, %rcx", "mov %edi, %eax"
    cpuid_sample "mov patched_code_datum(%rip), %rdx"
    cpuid_sample "lea patched_code_datum(%rip), %rdx"
    cpuid_sample "test %edx, %edx", "jne . + 20", "mov %edx, %eax"
    sample "test %eax, %eax", "jne . + 20", "xor %eax, %eax"
    sample "cmp %rdx, %rsi", "jg . + 20", "mov %edx, %eax"
    sample "jb patched_code_far_away"
    sample "cmpl $5, patched_code_datum(%rip)"
    sample "cmpl $0, patched_code_datum(%rip)", "sete %al"
    sample "mov %rax, patched_code_datum(%rip)", "xor %eax, %eax"
    sample "movb $7, patched_code_datum(%rip)"
    sample "movabs $0x123456789a, %rax"
    sample "movups patched_code_datum(%rip), %xmm3"
    sample "movdqu %xmm2, patched_code_datum(%rip)"
    sample "lea patched_code_datum(%rip), %rsi"
    sample "push %rdi", "push %rsi", "mov %rsp, %rdi"
    sample "mov %rdx, %rsi", "push %rax", "pop %rdi"
    sample "lock incl (%r8)", "xor %eax, %eax"
    sample "mov %rcx, %rdx", "mov %r11, %rax"
    sample "mov %rcx, %r11", "mov 8(%rsp), %rcx"
    sample "adc %rdx, %rsi", "cmovc %rsi, %rdi"
    sample "xchg %rax, patched_code_datum(%rip)"
    .p2align 8
    .cfi_startproc
    ret
    .skip 200, 0x90
patched_code_far_away:
    .skip 16, 0x90
    .cfi_endproc

    .data
    .p2align 6
patched_code_datum:
    .skip 128, 0x11
    .text
)asm");

namespace mecrr {
namespace {

static_assert(offsetof(Machine, flags) == 128 && offsetof(Machine, way_out) == 136 &&
              offsetof(Machine, vectors) == 144);

/// Memory of our own that code may be in; unmapped at the end.
class Memory {
 public:
  Memory(std::size_t size, int flags, RemoteAddress at = {})
      : size_(size),
        start_(mmap(at.as_pointer(), size, PROT_READ | PROT_WRITE | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0)) {
    EXPECT_NE(start_, MAP_FAILED);
  }
  ~Memory() { munmap(start_, size_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  MutableBytes bytes() const { return mutable_bytes_at(start_, size_); }
  RemoteAddress address() const { return RemoteAddress::of(start_); }

 private:
  std::size_t size_;
  void* start_;
};

/// Libraries of this machine; the C library and what else has call sites of its own among them.
std::vector<std::string> files_with_code() {
  constexpr std::uintmax_t kMostBytes = 4 << 20;  // larger ones have none, and take their time
  std::vector<std::string> paths = {"/proc/self/exe", MECRR_TRACEE};
  for (const auto& entry : std::filesystem::directory_iterator("/lib/x86_64-linux-gnu"))
    if (entry.is_regular_file() && entry.path().string().find(".so") != std::string::npos &&
        entry.file_size() <= kMostBytes)
      paths.push_back(entry.path());
  return paths;
}

std::vector<Elf64_Phdr> loaded_segments(ByteView file) {
  std::vector<Elf64_Phdr> segments;
  const auto header = load<Elf64_Ehdr>(file).value();
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto one = load<Elf64_Phdr>(file, header.e_phoff + i * sizeof(Elf64_Phdr)).value();
    if (one.p_type == PT_LOAD) segments.push_back(one);
  }
  return segments;
}

/// A file as it is loaded, but writable and executable everywhere, with a room for a stub behind.
class Image {
 public:
  explicit Image(const Bytes& file)
      : segments_(loaded_segments(file)),
        size_((segments_.back().p_vaddr + segments_.back().p_memsz + 4095) / 4096 * 4096),
        memory_(size_ + 4096, 0),
        random_(7) {
    for (std::byte& one : bytes()) one = static_cast<std::byte>(random_());
    for (const Elf64_Phdr& segment : segments_)
      std::ranges::copy(file_part(file, segment), bytes().subspan(segment.p_vaddr).begin());
  }

  MutableBytes bytes() const { return memory_.bytes().first(size_); }
  RemoteAddress stub() const { return memory_.address() + size_; }
  MutableBytes stub_bytes() const { return memory_.bytes().subspan(size_); }

  /// Of what stands at that offset of the file.
  RemoteAddress address_of(std::uint64_t offset) const {
    for (const Elf64_Phdr& segment : segments_)
      if (offset >= segment.p_offset && offset - segment.p_offset < segment.p_filesz)
        return memory_.address() + (segment.p_vaddr + (offset - segment.p_offset));
    ADD_FAILURE() << "nothing is loaded at " << offset;
    return memory_.address();
  }
  std::optional<MutableBytes> at(RemoteAddress address, std::size_t size) const {
    const std::uint64_t offset = address - memory_.address();
    if (!slice(bytes(), offset, size)) return std::nullopt;
    return bytes().subspan(offset, size);
  }

 private:
  static ByteView file_part(ByteView file, const Elf64_Phdr& segment) {
    return slice(file, segment.p_offset, segment.p_filesz).value();
  }

  std::vector<Elf64_Phdr> segments_;
  std::size_t size_;
  Memory memory_;
  std::mt19937 random_;
};

/// Bytes that code may change, as they were.
class Kept {
 public:
  explicit Kept(MutableBytes bytes) : bytes_(bytes), before_(to_bytes(ByteView(bytes))) {}
  ~Kept() { restore(); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

  MutableBytes bytes() const { return bytes_; }
  Bytes now() const { return to_bytes(ByteView(bytes_)); }
  void restore() const { std::ranges::copy(before_, bytes_.begin()); }

 private:
  MutableBytes bytes_;
  Bytes before_;
};

/// Where an instruction's displacement leads to that counts from its end.
RemoteAddress referred(const PatchWindow& window, const PatchWindow::Instruction& one,
                       RemoteAddress site) {
  const ByteView bytes = window.code().subspan(one.offset, one.length);
  const std::int64_t displacement =
      one.length == 2 ? *load<std::int8_t>(bytes, 1)
                      : *load<std::int32_t>(bytes, one.is_jump() ? 2 : one.rip_relative);
  return site + one.offset + one.length + static_cast<std::uint64_t>(displacement);
}

/// Runs windows of an image, without and with their patch.
class Comparison {
 public:
  explicit Comparison(const Image& image)
      : image_(image), slots_(4096, MAP_32BIT), scratch_(kScratchBytes, 0) {
    for (std::byte& one : scratch_.bytes()) one = static_cast<std::byte>(random_());
    const auto set_slot = [&](std::uint64_t which, void (*function)()) {
      EXPECT_TRUE(store(slots_.bytes(), 8 * which, std::bit_cast<std::uint64_t>(function)));
    };
    set_slot(kAtCall, patched_code_at_call);
    set_slot(kAtJump, patched_code_at_jump);
  }

  void run(const CallSite& site) {
    const PatchWindow& window = *site.window;
    const RemoteAddress call = image_.address_of(site.offset);
    const PatchPlace place{
        .site = call - window.size(), .stub = image_.stub(), .entry_slot = slot(kAtCall)};
    const Patch patch = emit(window, place).value();
    std::ranges::copy(patch.stub_code, image_.stub_bytes().begin());

    std::vector<std::unique_ptr<Kept>> memory;
    memory.push_back(std::make_unique<Kept>(scratch_.bytes()));
    for (const PatchWindow::Instruction& one : window.instructions())
      if (one.rip_relative != 0) memory.push_back(keep(referred(window, one, place.site), 64));
    std::vector<std::unique_ptr<Kept>> code;
    code.push_back(keep(place.site, window.size() + kWayOutBytes));
    for (const PatchWindow::Instruction& one : window.instructions())
      if (one.is_jump()) {
        const RemoteAddress target = referred(window, one, place.site);
        ASSERT_TRUE(target + kWayOutBytes <= place.site || target >= call + kWayOutBytes);
        code.push_back(keep(target, kWayOutBytes));
        leave_at(target, kAtJump);
      }
    leave_at(call, kAtCall);

    for (int round = 0; round < kRounds; ++round) {
      const Machine start = random_machine();
      const bool zeros = random_() % 2 == 0;
      std::ranges::copy(window.code(), code[0]->bytes().begin());
      auto [expected, expected_memory] = run_once(place.site, start, memory, zeros);
      std::ranges::copy(patch.code, code[0]->bytes().begin());
      const auto [found, found_memory] = run_once(place.site, start, memory, zeros);
      ways_out.insert(found.way_out);
      const bool is_cpuid = window.led() == LedInstruction::kCpuid;
      // As `syscall` leaves it; or what the agent knows that cpuid overwrites.
      if (expected.way_out == 1 && is_cpuid) {
        EXPECT_EQ(load<std::uint64_t>(state_.bytes(), kRdxInState), expected.rdx);
      }
      if (expected.way_out == 1) (is_cpuid ? expected.rdx : expected.rcx) = (call + 2).value();
      cpuids += is_cpuid ? 1 : 0;
      EXPECT_TRUE(equal(object_bytes(expected), object_bytes(found)))
          << std::hex << "registers differ at " << site.offset;
      EXPECT_TRUE(expected_memory == found_memory) << std::hex << "memory, at " << site.offset;
    }
    ++windows;
  }

  std::size_t windows = 0;
  std::size_t cpuids = 0;  // rounds
  std::set<std::uint64_t> ways_out;

 private:
  static constexpr std::size_t kScratchBytes = 1 << 14;
  static constexpr std::size_t kWayOutBytes = 7;
  static constexpr std::uint64_t kRdxInState = agent::kCpuidRdx - agent::kState;
  static constexpr std::uint64_t kAtCall = 0;
  static constexpr std::uint64_t kAtJump = 1;
  static constexpr int kRounds = 16;

  std::uint32_t slot(std::uint64_t which) const {
    return static_cast<std::uint32_t>(slots_.address().value() + 8 * which);
  }

  std::unique_ptr<Kept> keep(RemoteAddress address, std::size_t size) const {
    return std::make_unique<Kept>(image_.at(address, size).value());
  }

  /// jmp *slot
  void leave_at(RemoteAddress at, std::uint64_t which) {
    Bytes jump = to_bytes("\xff\x24\x25");
    append_object(jump, slot(which));
    std::ranges::copy(jump, image_.at(at, jump.size())->begin());
  }

  /// Registers are addresses of scratch memory. Those that no window here takes for an address are
  /// small numbers now and then, so that either way of a condition is taken.
  Machine random_machine() {
    Machine machine{};
    const auto inside = [&] {
      return (scratch_.address() + kScratchBytes / 4 + random_() % (kScratchBytes / 32) * 16)
          .value();
    };
    const auto number = [&] { return random_() % 2 == 0 ? random_() % 3 : inside(); };
    machine.rax = number();
    machine.rcx = number();
    machine.rdx = number();
    machine.rsi = number();
    machine.rdi = number();
    machine.r11 = number();
    machine.rbx = inside();
    machine.rsp = inside();
    machine.rbp = inside();
    machine.r8 = inside();
    machine.r9 = inside();
    machine.r10 = inside();
    machine.r12 = inside();
    machine.r13 = inside();
    machine.r14 = inside();
    machine.r15 = inside();
    constexpr std::uint64_t kArithmeticFlags = 0x8d5;
    machine.flags = 0x202 | (random_() & kArithmeticFlags);
    // FXSAVE: control words as at a program's start, and random xmm registers.
    EXPECT_TRUE(store(MutableBytes(machine.vectors), 0, std::uint16_t{0x37f}));
    EXPECT_TRUE(store(MutableBytes(machine.vectors), 24, std::uint32_t{0x1f80}));
    for (std::size_t i = 160; i < 416; ++i) machine.vectors[i] = static_cast<std::byte>(random_());
    return machine;
  }

  /// Leaves memory as it found it; gives what it was at the end.
  static std::pair<Machine, std::vector<Bytes>> run_once(
      RemoteAddress from, const Machine& start, const std::vector<std::unique_ptr<Kept>>& memory,
      bool zeros) {
    for (std::size_t i = 1; zeros && i < memory.size(); ++i)
      std::ranges::fill(memory[i]->bytes(), std::byte{0});
    patched_code_machine = start;
    patched_code_start = from.value();
    patched_code_run();
    std::vector<Bytes> after;
    for (const auto& one : memory) {
      after.push_back(one->now());
      one->restore();
    }
    return {patched_code_machine, std::move(after)};
  }

  const Image& image_;
  Memory state_{4096, MAP_FIXED_NOREPLACE, RemoteAddress(agent::kState)};
  Memory slots_;
  Memory scratch_;
  std::mt19937_64 random_{11};
};

struct Compared {
  std::size_t windows;
  std::size_t cpuids;
  std::set<std::uint64_t> ways_out;
};

Compared expect_same_with_patches(const char* path) {
  const Bytes file = read_file(path).value();
  const Image image(file);
  const Bytes before = to_bytes(ByteView(image.bytes()));
  Comparison comparison(image);
  for (const CallSite& site : find_call_sites(file))
    if (site.window && !site.window->is_led_first()) comparison.run(site);
  EXPECT_TRUE(equal(before, image.bytes())) << "changes elsewhere";
  return {comparison.windows, comparison.cpuids, comparison.ways_out};
}

TEST(PatchedCode, OfTheCLibraryDoesTheSame) {
  EXPECT_GT(expect_same_with_patches("/lib/x86_64-linux-gnu/libc.so.6").windows, 400U);
}

TEST(PatchedCode, OfTheDynamicLinkerDoesTheSame) {
  const Compared compared = expect_same_with_patches("/lib64/ld-linux-x86-64.so.2");
  EXPECT_GT(compared.windows, 30U);
  EXPECT_GT(compared.cpuids, 0U);
}

TEST(PatchedCode, OfEachKindDoesTheSame) {
  const Compared compared = expect_same_with_patches("/proc/self/exe");
  EXPECT_GE(compared.windows, 24U);
  EXPECT_GT(compared.cpuids, 0U);
  EXPECT_EQ(compared.ways_out, (std::set<std::uint64_t>{1, 2}));
}

/// Capstone's text of an instruction, with what counts from rip as an address.
std::string text_of(csh capstone, ByteView bytes, RemoteAddress address) {
  cs_insn* one = nullptr;
  if (cs_disasm(capstone, as_octets(bytes), bytes.size(), address.value(), 1, &one) != 1) return "";
  std::string text = fmt::format("{} {}", one->mnemonic, one->op_str);
  const cs_x86& x86 = one->detail->x86;
  for (const cs_x86_op& operand : std::span(x86.operands).first(x86.op_count))
    if (operand.type == X86_OP_MEM && operand.mem.base == X86_REG_RIP) {
      const std::size_t from = text.find('['), to = text.find(']');
      text.replace(from, to - from,
                   fmt::format("[{:#x}", address.value() + one->size +
                                             static_cast<std::uint64_t>(operand.mem.disp)));
    }
  cs_free(one, 1);
  return text;
}

/// Each instruction of each stub reads as the one of the window. Gives how many were compared.
std::size_t compare_texts(ByteView file, csh capstone) {
  std::size_t compared = 0;
  for (const CallSite& site : find_call_sites(file)) {
    if (!site.window || site.window->is_led_first()) continue;
    for (const std::uint64_t distance : {0x1000'0000ULL, ~0x1000'0000ULL}) {
      const RemoteAddress start(0x7f00'0000'0000 + site.offset - site.window->size());
      const PatchPlace place{.site = start, .stub = start + distance};
      const Patch patch = emit(*site.window, place).value();
      std::size_t at = 0;
      for (const PatchWindow::Instruction& one : site.window->instructions()) {
        const std::string original = text_of(
            capstone, site.window->code().subspan(one.offset, one.length), place.site + one.offset);
        EXPECT_NE(original, "");
        EXPECT_EQ(text_of(capstone, ByteView(patch.stub_code).subspan(at, one.bytes_in_stub()),
                          place.stub + at),
                  original);
        EXPECT_EQ(program_address(*site.window, place, place.stub + at), place.site + one.offset);
        at += one.bytes_in_stub();
        ++compared;
      }
    }
  }
  return compared;
}

TEST(PatchedCode, EachStubReadsAsItsWindow) {
  csh capstone = 0;
  ASSERT_EQ(cs_open(CS_ARCH_X86, CS_MODE_64, &capstone), CS_ERR_OK);
  ASSERT_EQ(cs_option(capstone, CS_OPT_DETAIL, CS_OPT_ON), CS_ERR_OK);
  std::size_t compared = 0;
  for (const std::string& path : files_with_code())
    if (const auto file = read_file(path)) compared += compare_texts(*file, capstone);
  cs_close(&capstone);
  EXPECT_GT(compared, 1000U);
}

}  // namespace
}  // namespace mecrr
