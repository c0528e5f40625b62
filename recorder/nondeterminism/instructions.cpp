#include "recorder/nondeterminism/instructions.h"

#include <sys/random.h>
#include <x86intrin.h>

#include "base/check.h"
#include "recorder/nondeterminism/counter.h"
#include "recorder/nondeterminism/cpuid.h"

namespace mecrr {
namespace {

constexpr std::uint8_t kRax = 0;
constexpr std::uint8_t kRcx = 1;
constexpr std::uint8_t kRdx = 2;
constexpr std::uint8_t kRbx = 3;

/// What stands before the opcode.
struct Prefixes {
  std::size_t length = 0;
  bool operand_size = false;  // 66
  bool repeat = false;        // F3
  bool repeat_not = false;    // F2
  bool lock = false;          // F0
  std::uint8_t rex = 0;       // 0: none

  bool none_that_selects() const { return !repeat && !repeat_not; }
};

/// A REX prefix counts only directly before the opcode.
Prefixes read_prefixes(ByteView code) {
  Prefixes prefixes;
  for (; prefixes.length < code.size(); ++prefixes.length) {
    const auto byte = std::to_integer<std::uint8_t>(code[prefixes.length]);
    if ((byte & 0xf0) == 0x40) {
      prefixes.rex = byte;
      continue;
    }
    switch (byte) {
      case 0x66:
        prefixes.operand_size = true;
        break;
      case 0xf3:
        prefixes.repeat = true;
        break;
      case 0xf2:
        prefixes.repeat_not = true;
        break;
      case 0xf0:
        prefixes.lock = true;
        break;
      case 0x26:
      case 0x2e:
      case 0x36:
      case 0x3e:
      case 0x64:
      case 0x65:
      case 0x67:
        break;
      default:
        return prefixes;
    }
    prefixes.rex = 0;
  }
  return prefixes;
}

/// 0F C7 with a register operand: rdrand, rdseed, rdpid, or something else.
std::optional<InstructionKind> kind_of_group_9(std::uint8_t modrm, const Prefixes& prefixes) {
  if (modrm >> 6 != 3) return std::nullopt;
  const int operation = modrm >> 3 & 7;
  if (operation == 7 && prefixes.repeat && !prefixes.repeat_not) return InstructionKind::kRdpid;
  if (!prefixes.none_that_selects()) return std::nullopt;
  if (operation == 6) return InstructionKind::kRdrand;
  if (operation == 7) return InstructionKind::kRdseed;
  return std::nullopt;
}

std::uint8_t operand_bits_of(InstructionKind kind, const Prefixes& prefixes) {
  if (kind == InstructionKind::kRdpid || (prefixes.rex & 8)) return 64;
  return prefixes.operand_size ? 16 : 32;
}

std::uint64_t random_number() {
  std::uint64_t number = 0;
  // Up to 256 bytes come whole once the kernel's generator is seeded: getrandom(2).
  const ssize_t got = getrandom(&number, sizeof number, 0);
  MECRR_CHECK(got == sizeof number, "getrandom gave {}", got);
  return number;
}

/// rdrand and rdseed succeed at once: OF, SF, ZF, AF, PF are cleared and CF is set (SDM, RDRAND).
std::vector<RegisterWrite> random_writes(const NondeterministicInstruction& instruction,
                                         Registers before) {
  constexpr std::uint64_t kCarry = 0x001;
  constexpr std::uint64_t kArithmeticFlags = 0x8d5;
  const std::uint64_t old = register_by_number(before, instruction.destination);
  const std::uint64_t random = random_number();
  std::uint64_t value = random;
  if (instruction.operand_bits == 32) value = random & 0xffff'ffff;
  if (instruction.operand_bits == 16) value = (old & ~std::uint64_t{0xffff}) | (random & 0xffff);
  return {{instruction.destination, value},
          {kRflagsNumber, (before.eflags & ~kArithmeticFlags) | kCarry}};
}

std::vector<RegisterWrite> cpuid_writes(const Registers& before) {
  const CpuidResult seen = visible_cpuid(
      {static_cast<std::uint32_t>(before.rax), static_cast<std::uint32_t>(before.rcx)});
  return {{kRax, seen.eax}, {kRbx, seen.ebx}, {kRcx, seen.ecx}, {kRdx, seen.edx}};
}

std::vector<RegisterWrite> counter_writes(std::uint64_t counter) {
  return {{kRax, counter & 0xffff'ffff}, {kRdx, counter >> 32}};
}

}  // namespace

bool is_plain_cpuid(const NondeterministicInstruction& instruction) {
  return instruction.kind == InstructionKind::kCpuid && instruction.length == 2;
}

std::optional<NondeterministicInstruction> decode_instruction(ByteView code) {
  const Prefixes prefixes = read_prefixes(code);
  const auto at = [&](std::size_t i) { return load<std::uint8_t>(code, prefixes.length + i); };
  if (prefixes.lock || at(0) != 0x0f || !at(1)) return std::nullopt;

  std::optional<InstructionKind> kind;
  std::size_t opcode_bytes = 2;
  std::uint8_t modrm = 0;
  switch (*at(1)) {
    case 0x31:
      kind = InstructionKind::kRdtsc;
      break;
    case 0xa2:
      kind = InstructionKind::kCpuid;
      break;
    case 0x01:
      opcode_bytes = 3;
      if (at(2) == 0xf9 && prefixes.none_that_selects()) kind = InstructionKind::kRdtscp;
      break;
    case 0xc7:
      opcode_bytes = 3;
      modrm = at(2).value_or(0);
      kind = kind_of_group_9(modrm, prefixes);
      break;
    default:
      break;
  }
  const std::size_t length = prefixes.length + opcode_bytes;
  if (!kind || length > kMaxInstructionBytes) return std::nullopt;

  NondeterministicInstruction found{.kind = *kind, .length = static_cast<std::uint8_t>(length)};
  if (*at(1) == 0xc7) {
    found.destination = static_cast<std::uint8_t>((modrm & 7) | (prefixes.rex & 1) << 3);
    found.operand_bits = operand_bits_of(*kind, prefixes);
  }
  return found;
}

std::vector<RegisterWrite> execute_instruction(const NondeterministicInstruction& instruction,
                                               const Registers& before) {
  unsigned processor = 0;
  switch (instruction.kind) {
    case InstructionKind::kRdtsc:
      return counter_writes(counter_now());
    case InstructionKind::kRdtscp: {
      __rdtscp(&processor);
      std::vector<RegisterWrite> writes = counter_writes(counter_now());
      writes.push_back({kRcx, processor});
      return writes;
    }
    case InstructionKind::kCpuid:
      return cpuid_writes(before);
    case InstructionKind::kRdrand:
    case InstructionKind::kRdseed:
      return random_writes(instruction, before);
    case InstructionKind::kRdpid:
      __rdtscp(&processor);
      return {{instruction.destination, processor}};
  }
  MECRR_CHECK(false, "instruction of kind {}", static_cast<int>(instruction.kind));
}

std::uint64_t& register_by_number(Registers& registers, std::uint8_t number) {
  static constexpr std::uint64_t Registers::* kByNumber[] = {
      &Registers::rax, &Registers::rcx,   &Registers::rdx, &Registers::rbx, &Registers::rsp,
      &Registers::rbp, &Registers::rsi,   &Registers::rdi, &Registers::r8,  &Registers::r9,
      &Registers::r10, &Registers::r11,   &Registers::r12, &Registers::r13, &Registers::r14,
      &Registers::r15, &Registers::eflags};
  MECRR_CHECK(number < std::size(kByNumber), "register {}", number);
  return registers.*kByNumber[number];
}

void apply(std::span<const RegisterWrite> writes, Registers& registers) {
  for (const RegisterWrite& write : writes)
    register_by_number(registers, write.number) = write.value;
}

}  // namespace mecrr
