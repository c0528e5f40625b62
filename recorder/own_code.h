// Programs that read memory through the kernel, /proc/PID/mem or process_vm_readv, see the code
// that was there before call sites were led to the agent. (Those that just look at it see what is
// there: docs/nondeterminism.md.)
#pragma once

#include <functional>

#include "base/error.h"
#include "device/calls/written_memory.h"
#include "device/task.h"
#include "recorder/memory/space.h"

namespace mecrr {

/// The address space of a process that is recorded; null if it is not.
using SpaceOfProcess = std::function<const Space*(Pid)>;

/// The call has come back, and its task stands behind it: puts right what it has read.
Result<void> show_original_code(const SystemCall& call, const calls::Before& before,
                                std::int64_t result, StoppedTask& task,
                                const SpaceOfProcess& space_of);

}  // namespace mecrr
