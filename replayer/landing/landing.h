// The moment that a landing names (trace.proto, docs/landing.md): how a task is stopped near it,
// and whether it is there.
//
// A probe compares what can be compared in nanoseconds: registers and words. Where all of that is
// equal the task stops, and the rest is compared from outside.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "device/probe.h"
#include "device/task.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

Probe probe_of(const pb::Landing& landing);

/// The same one, which compares those registers first that the code there changes.
Probe by_code(Probe probe, const Memory& memory);

/// How like the landing a moment is.
enum class Likeness {
  kNone,     ///< registers or words differ
  kProbed,   ///< those are equal; vector registers or the stack differ
  kAllSeen,  ///< those too; but the landing has a hash of all memory, and that differs
  kEqual,
};

/// Of where a task with these registers stands.
/// @param stacks  stack pointers of all tasks of its memory
Likeness likeness(const pb::Landing& landing, const Registers& registers, const StoppedTask& task,
                  const std::vector<std::uint64_t>& stacks);

}  // namespace mecrr
