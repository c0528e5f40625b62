// When a breakpoint stops a task that has come to it. A rule can be that of many places: of a
// function in each process that has it, of a program and its forks. They are counted together.
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "replayer/breakpoints/condition.h"

namespace mecrr {

using RuleId = Id<struct RuleTag>;

/// The rule of breakpoints for which no other is named: no condition.
inline constexpr RuleId kEachTime{};

struct Rule {
  StopCondition condition{};
  std::uint64_t ignore = 0;  ///< so many times more it holds, and the task is let pass
  std::uint64_t hits = 0;    ///< times that it held, those that were let pass among them
};

}  // namespace mecrr
