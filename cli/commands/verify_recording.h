// `mecrr record --verify`: replays what has just been recorded, and mends its landings.
#pragma once

#include <string>

#include "base/error.h"

namespace mecrr::cli {

/// Replays the trace from its beginning; where a landing was told from another moment by the hash
/// of all memory alone, it gets words that tell it (replayer/landing/referee.h), the trace is
/// written anew, and replayed again. Says what came of it.
/// @return whether the replays were the same as the recording
Result<bool> verify_recording(const std::string& trace);

}  // namespace mecrr::cli
