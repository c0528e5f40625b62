// The auxiliary vector: what the kernel tells a new program. Most of it is on the stack, and so in
// the trace; the vdso's address is taken out, so that time is asked for by calls.
#pragma once

#include "base/error.h"
#include "device/task.h"

namespace mecrr {

/// To be called before a new program's first instruction.
Result<void> hide_vdso(StoppedTask& task);

}  // namespace mecrr
