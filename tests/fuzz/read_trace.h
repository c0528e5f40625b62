// Reads everything that a trace gives, as a replay would.
#pragma once

#include "base/bytes.h"

namespace mecrr {

/// Errors are what is expected; only crashes, hangs and huge allocations are finds.
void read_trace(Bytes file);

}  // namespace mecrr
