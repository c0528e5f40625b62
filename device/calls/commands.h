// The sub-tables: forms of the calls that are many calls in one. Their rows are in commands_*.cpp.
#pragma once

#include "device/calls/call.h"

namespace mecrr::calls {

extern const Commands kIoctlCommands;
extern const Commands kFcntlCommands;
extern const Commands kPrctlCommands;
extern const Commands kArchPrctlCommands;
extern const Commands kFutexCommands;
extern const Commands kSeccompCommands;
extern const Commands kKeyctlCommands;
extern const Commands kSetsockoptCommands;
extern const Commands kGetsockoptCommands;
extern const Commands kShmctlCommands;
extern const Commands kSemctlCommands;
extern const Commands kMsgctlCommands;
extern const Commands kQuotactlCommands;
extern const Commands kQuotactlFdCommands;
extern const Commands kSyslogCommands;
extern const Commands kSysfsCommands;

/// An ioctl whose code says direction and size (bits 30-31 and 16-29), and whose structure is known
/// to hold no pointers as far as one can know. Null for other codes.
const Form* describe_ioctl(std::uint64_t code);

}  // namespace mecrr::calls
