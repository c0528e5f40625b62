// The comparison of a replayed task with what the log says of it. Nothing is changed here.
#pragma once

#include <csignal>
#include <optional>
#include <string>

#include "base/error.h"
#include "device/memory.h"
#include "device/registers.h"
#include "device/system_call.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// The first thing that differs; for people.
struct Difference {
  std::string subject;
  std::string expected;
  std::string found;
};

/// Instruction pointer, stack pointer and, where the log has it, identity_hash().
std::optional<Difference> compare(const pb::State& expected, const Registers& found);

/// The top of the stack, where the log has it. To be compared behind the above.
std::optional<Difference> compare_stack(const pb::State& expected, const Memory& memory);

/// Number and arguments; these as far as the kernel looks at them (calls::meant()). `memory` is for
/// the text of a difference.
std::optional<Difference> compare(const pb::Call& expected, const SystemCall& found,
                                  const Memory& memory);

/// The memory that the call reads: where, and what.
std::optional<Difference> compare_inputs(const pb::Call& expected, const SystemCall& found,
                                         const Memory& memory);

/// Number, code and address of a fault.
std::optional<Difference> compare(const pb::Signal& expected, const siginfo_t& found);

}  // namespace mecrr
