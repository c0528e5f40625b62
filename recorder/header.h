// What a trace says of the recording as a whole.
#pragma once

#include "device/device.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// The header of a trace of `launch`, begun now on this machine.
pb::Header header_of(const Launch& launch);

}  // namespace mecrr
