// Events as one line of text, for divergences: as the device's protocol writes them.
#pragma once

#include <string>

#include "device/system_call.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// The call of the log as the device would report it.
SystemCall call_of(const pb::Call& call);

/// `write 1, "hello\n", 6`, with what the log has of the memory.
std::string describe(const pb::Call& call);

/// `call write 1, "hello\n", 6`, `signal SIGSEGV {…}`, `instruction RDTSC`, `exit status 3`, …
std::string describe(const pb::Event& event);

}  // namespace mecrr
