// Calls that write to a descriptor, and what that means for a replay: the bytes may go to the
// recording's own standard output, or into a file that is mapped.
#pragma once

#include <optional>

#include "base/ids.h"
#include "device/system_call.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Which of mecrr's own stdout and stderr a descriptor of the task is.
pb::Output output_behind(Tid tid, int descriptor);

/// Whether a call writes memory of the program to mecrr's own stdout or stderr, which the program
/// has inherited: whatever number it has there by now.
pb::Output output_of(Tid tid, const SystemCall& call);

/// Whether a call moves bytes there that are not in the program's memory: sendfile, splice …
bool moves_to_output(Tid tid, const SystemCall& call);

/// The descriptor that a call writes to, or whose file it cuts or makes longer.
std::optional<int> written_descriptor(const SystemCall& call);

}  // namespace mecrr
