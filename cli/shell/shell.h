// The shell of `mecrr replay`: reads lines, runs verbs. On a terminal with editing, history and
// completion; from anything else as a script, without prompts.
#pragma once

#include <optional>

#include "base/error.h"
#include "base/ids.h"
#include "trace-format/reader.h"

namespace mecrr::cli {

/// @return the status to exit with: of a script, kDiverged if the replay diverged, or kFailure if a
/// verb failed
Result<int> run_shell(Reader& reader, std::optional<Pid> only);

}  // namespace mecrr::cli
