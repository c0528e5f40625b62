// The memory that a call reads: what a trace keeps of it, a replay compares, and the text form of
// the call shows.
#pragma once

#include <vector>

#include "base/error.h"
#include "base/remote_address.h"
#include "device/memory.h"
#include "device/system_call.h"

namespace mecrr::calls {

struct Input {
  RemoteRange range;
  unsigned argument = 0;  ///< which argument leads to it
  bool text = false;      ///< characters; the zero byte behind them is not in the range

  friend bool operator==(const Input&, const Input&) = default;
};

/// What the call will read, in the order of its arguments. One argument can lead to several:
///   struct iovec arrays     the array, then the data of each entry (of calls that read the data)
///   struct msghdr           the structure, name, iovec array, data of each entry, control (name,
///                           data and control of calls that read them)
///   struct mmsghdr arrays   the same for each message
///   argv                    the array of pointers, then each text
/// Memory that is not there yields no input: the kernel will say EFAULT. All other ranges can be
/// read, and are not empty. Fails for a call, or a command, that the table does not know.
Result<std::vector<Input>> inputs(const SystemCall& call, const Memory& memory);

}  // namespace mecrr::calls
