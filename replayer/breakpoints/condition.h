// What must hold of a task for a breakpoint to stop it: comparisons of registers and memory, each
// of which must be true. Numbers are unsigned.
//
// Where all of it is said by a probe (device/probe.h), a task that does not meet it is not even
// stopped; else it is stopped, and holds() says.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/remote_address.h"
#include "device/memory.h"
#include "device/probe.h"
#include "device/registers.h"

namespace mecrr {

/// A number, a register, a register and a number; or what memory has there.
struct Operand {
  std::uint64_t Registers::* base = nullptr;  ///< may be null
  std::uint64_t offset = 0;                   ///< added to it
  std::uint8_t bytes = 0;  ///< 0: the sum is the value. 1, 2, 4 or 8: it is the address of so many
};

enum class Relation : std::uint8_t { kEqual, kUnequal, kLess, kAtMost, kMore, kAtLeast };

struct Comparison {
  Operand left;
  Relation relation = Relation::kEqual;
  Operand right;
};

struct StopCondition {
  std::vector<Comparison> comparisons;  ///< none: it holds always

  /// A comparison with memory that is not there is not true.
  bool holds(const Registers& registers, const Memory& memory) const;
};

/// The moments at which a task has come to `at` and the condition holds. Empty if a probe cannot
/// say it: a probe has general registers and words at fixed addresses, equal to numbers.
std::optional<Probe> as_probe(const StopCondition& condition, RemoteAddress at);

}  // namespace mecrr
