// cpuid as the recorded program sees it: this processor's, without what cannot be replayed.
//
// Hidden are features whose instructions give chance results that nobody can log (a program that
// asks before it uses them, as it must, then does without), and what tells one core from another.
// Everything else is the truth: the program takes the same code paths as unrecorded.
#pragma once

#include <cstdint>

namespace mecrr {

struct CpuidQuestion {
  std::uint32_t leaf;     ///< eax
  std::uint32_t subleaf;  ///< ecx
};

struct CpuidResult {
  std::uint32_t eax, ebx, ecx, edx;

  friend bool operator==(const CpuidResult&, const CpuidResult&) = default;
};

/// Takes out of a processor's answer what the program must not see. Pure; idempotent.
CpuidResult hide_unreplayable(CpuidQuestion question, CpuidResult answer);

/// Executes cpuid on this processor, and hides.
CpuidResult visible_cpuid(CpuidQuestion question);

}  // namespace mecrr
