// What the agent is to answer cpuid with: this processor's answers, as the program may see them
// (cpuid.h), to the questions that programs ask at their start, and to those that were a stop.
// Each is obtained once for a recording: in a virtual machine a cpuid takes longer than a call.
#pragma once

#include "device/agent/cpuid_table.h"
#include "recorder/nondeterminism/cpuid.h"

namespace mecrr {

class CpuidAnswers {
 public:
  /// What is known so far, as programs that begin now get it.
  const agent::CpuidTable& table();

  /// A program has asked what the table has no answer to. Ignored once the table is full.
  void learn(CpuidQuestion question);

 private:
  CpuidResult add(CpuidQuestion question);
  void add_usual();

  agent::CpuidTable table_{};
};

}  // namespace mecrr
