// Instructions whose outcome is chance: what they are, and what the program is shown.
//
// rdtsc and rdtscp fault while the device forbids them; the others are replaced by int3 where
// trap_sites.h finds them. Either way the recorder executes them here in the program's stead, and
// the trace tells the replayer the registers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "device/registers.h"

namespace mecrr {

enum class InstructionKind : std::uint8_t { kRdtsc, kRdtscp, kCpuid, kRdrand, kRdseed, kRdpid };

struct NondeterministicInstruction {
  InstructionKind kind;
  std::uint8_t length;            ///< bytes of code, prefixes included
  std::uint8_t destination = 0;   ///< number of the register that rdrand, rdseed, rdpid write
  std::uint8_t operand_bits = 0;  ///< 16, 32 or 64, of the same

  friend bool operator==(const NondeterministicInstruction&,
                         const NondeterministicInstruction&) = default;
};

/// cpuid without prefixes: what stands behind an int3 in its place is one byte of it.
bool is_plain_cpuid(const NondeterministicInstruction& instruction);

/// No instruction is longer; the processor faults on one that is.
inline constexpr std::size_t kMaxInstructionBytes = 15;

/// The instruction that begins at code[0], with all its prefixes; empty if it is none of these, if
/// `code` ends inside of it, or if the processor would refuse it (LOCK, more than 15 bytes).
std::optional<NondeterministicInstruction> decode_instruction(ByteView code);

/// A register's whole new value, numbered as in trace.proto: by x86-64 encoding, 0 is rax, 1 rcx …
/// 15 r15; 16 is rflags.
struct RegisterWrite {
  std::uint8_t number;
  std::uint64_t value;

  friend bool operator==(const RegisterWrite&, const RegisterWrite&) = default;
};

inline constexpr std::uint8_t kRflagsNumber = 16;

/// Executes the instruction on this processor, now, and gives what the program is to see of it:
///   rdtsc, rdtscp  counter_now() (counter.h), and IA32_TSC_AUX
///   cpuid          visible_cpuid() (cpuid.h) of the leaf in eax and the subleaf in ecx
///   rdrand, rdseed a random number, and success in the carry flag
///   rdpid          IA32_TSC_AUX as rdtscp gives it: the number of the processor we run on
/// The instruction pointer is not among the writes.
std::vector<RegisterWrite> execute_instruction(const NondeterministicInstruction& instruction,
                                               const Registers& before);

/// Every number must be one that RegisterWrite allows. (Call it as mecrr::apply: a std::vector as
/// argument brings in std::apply.)
void apply(std::span<const RegisterWrite> writes, Registers& registers);

/// The register of that number (RegisterWrite).
std::uint64_t& register_by_number(Registers& registers, std::uint8_t number);

}  // namespace mecrr
