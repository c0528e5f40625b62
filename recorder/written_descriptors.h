// Calls that write to a descriptor, and what that means for a replay: the bytes may go to the
// recording's own standard output, or into a file that is mapped.
#pragma once

#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "device/system_call.h"
#include "recorder/memory/objects.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Whether a call writes memory of the program to mecrr's own stdout or stderr, which the program
/// has inherited: whatever number it has there by now.
pb::Output output_of(Tid tid, const SystemCall& call);

/// Whether a call moves bytes there that are not in the program's memory: sendfile, splice …
bool moves_to_output(Tid tid, const SystemCall& call);

/// Of the files that are mapped shared, those that the call may write to, as they are now.
Result<std::vector<Objects::Snapshot>> shared_files_written(Tid tid, const SystemCall& call,
                                                            const Objects& objects);

}  // namespace mecrr
