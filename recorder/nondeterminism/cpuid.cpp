#include "recorder/nondeterminism/cpuid.h"

#include <cpuid.h>

#include <optional>

namespace mecrr {
namespace {

enum class Output : std::uint8_t { kEax, kEbx, kEcx, kEdx };

/// Bits of one register of one leaf that read as zero.
struct Hidden {
  std::uint32_t leaf;
  std::optional<std::uint32_t> subleaf;  // empty: of every subleaf
  Output output;
  std::uint32_t bits;
};

constexpr std::uint32_t bit(int number) { return std::uint32_t{1} << number; }

constexpr std::uint32_t kAll = 0xffff'ffff;

// Names of bits are those of Intel's manual (SDM, CPUID) and AMD's (APM volume 3, appendix E).
constexpr Hidden kHidden[] = {
    // Random numbers, and which core this is.
    {0x1, {}, Output::kEcx, bit(30)},  // RDRAND
    {0x7, 0, Output::kEbx, bit(18)},   // RDSEED
    {0x7, 0, Output::kEcx, bit(22)},   // RDPID

    // Transactions: whether one commits depends on interrupts and other cores.
    {0x7, 0, Output::kEbx, bit(4) | bit(11)},  // HLE, RTM
    {0x7, 0, Output::kEdx, bit(16)},           // TSXLDTRK

    // Waits that end by time or by another core's write, and say which in the carry flag.
    {0x7, 0, Output::kEcx, bit(5)},  // WAITPKG

    // Counters and machine registers that user mode can read.
    {0x8000'0008, {}, Output::kEbx, bit(4)},   // RDPRU
    {0x7, 1, Output::kEdx, bit(15)},           // USER_MSR
    {0x8000'0001, {}, Output::kEcx, bit(15)},  // LWP

    // Interrupts in user mode; commands to devices with the answer in a flag.
    {0x7, 0, Output::kEdx, bit(5)},   // UINTR
    {0x7, 0, Output::kEcx, bit(29)},  // ENQCMD

    // State that lies outside of memory and of the registers that a trace holds.
    {0x7, 0, Output::kEbx, bit(2)},                       // SGX
    {0x12, {}, Output::kEax, kAll},                       //   its details
    {0x12, {}, Output::kEbx, kAll},                       //
    {0x12, {}, Output::kEcx, kAll},                       //
    {0x12, {}, Output::kEdx, kAll},                       //
    {0x7, 0, Output::kEcx, bit(23)},                      // KL: keys that the processor makes up
    {0x7, 0, Output::kEcx, bit(7)},                       // CET_SS: shadow stacks
    {0x7, 0, Output::kEdx, bit(22) | bit(24) | bit(25)},  // AMX: must be asked for by arch_prctl,
    {0x7, 1, Output::kEax, bit(21)},                      //   which the replay does not do
    {0x7, 1, Output::kEdx, bit(8)},                       //

    // Protection keys: pkey_alloc is refused.
    {0x7, 0, Output::kEcx, bit(3) | bit(4)},  // PKU, OSPKE

    // What of the vector state is in use, which the kernel's context switches influence. Without
    // XSAVEC, ld.so's lazy binding uses XSAVE, which writes every component, in use or not.
    {0xd, 1, Output::kEax, bit(0) | bit(1) | bit(2)},  // XSAVEOPT, XSAVEC, XGETBV with ecx = 1

    // The core that executes cpuid.
    {0x1, {}, Output::kEbx, 0xff00'0000},   // initial APIC id
    {0xb, {}, Output::kEdx, kAll},          // x2APIC id
    {0x1f, {}, Output::kEdx, kAll},         //
    {0x8000'001e, {}, Output::kEax, kAll},  // extended APIC id
    {0x8000'001e, {}, Output::kEbx, 0xff},  // core id
    {0x8000'001e, {}, Output::kEcx, 0xff},  // node id
    {0x8000'0026, {}, Output::kEdx, kAll},  // extended x2APIC id
    {0x7, 0, Output::kEdx, bit(15)},        // hybrid: cores are of different kinds
    {0x1a, {}, Output::kEax, kAll},         //   kind of this core
};

std::uint32_t& output_of(CpuidResult& result, Output output) {
  switch (output) {
    case Output::kEax:
      return result.eax;
    case Output::kEbx:
      return result.ebx;
    case Output::kEcx:
      return result.ecx;
    case Output::kEdx:
      break;
  }
  return result.edx;
}

}  // namespace

CpuidResult hide_unreplayable(CpuidQuestion question, CpuidResult answer) {
  for (const Hidden& hidden : kHidden) {
    const bool asked =
        hidden.leaf == question.leaf && (!hidden.subleaf || hidden.subleaf == question.subleaf);
    if (asked) output_of(answer, hidden.output) &= ~hidden.bits;
  }
  return answer;
}

CpuidResult visible_cpuid(CpuidQuestion question) {
  CpuidResult answer{};
  __cpuid_count(question.leaf, question.subleaf, answer.eax, answer.ebx, answer.ecx, answer.edx);
  return hide_unreplayable(question, answer);
}

}  // namespace mecrr
