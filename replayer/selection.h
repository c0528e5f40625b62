// Which streams a replay needs.
#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "replayer/event_queue.h"
#include "trace-format/reader.h"

namespace mecrr {

/// All of them.
std::vector<ChosenStream> all_streams(const Reader& reader);

std::vector<ChosenStream> whole_streams(const std::vector<StreamId>& streams);

/// Those of one process, and what its memory depends on: the streams that it was forked from, up to
/// the fork; and if it has shared memory, all streams that touch the same, with those that they
/// were forked from. Then the whole trace is read. Fails if there is no such process.
Result<std::vector<ChosenStream>> streams_of(Reader& reader, Pid pid);

}  // namespace mecrr
