// The first stack, which grows by itself when it is touched. In the trace it is mapped as far as it
// may grow: so it is found grown as far, and overflows at the same place.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/remote_address.h"
#include "device/system_call.h"
#include "device/task.h"
#include "recorder/memory/maps.h"
#include "recorder/memory/space.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Where the stack may grow to, by the limit that the task has now. `grown` is what is mapped of
/// it.
Result<RemoteRange> stack_extent(Tid tid, const std::vector<MapsLine>& maps, RemoteRange grown);

/// A call has come back. If it has changed the limit of the task's own stack, the stack's room is
/// another now.
Result<void> record_stack_limit(const SystemCall& call, std::int64_t result, StoppedTask& task,
                                Space& space, pb::Outcome& outcome);

}  // namespace mecrr
