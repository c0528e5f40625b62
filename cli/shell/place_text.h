// Telling where the replay is, and what a move came to.
#pragma once

#include "cli/shell/session.h"
#include "replayer/replay.h"

namespace mecrr::cli {

/// The next instruction of the task that is looked at, with its source line if that is known.
void print_instruction(Session& session);

/// The next event: "next event 57: write 1, "hello\n", 6 = ok 6".
void print_next_event(Session& session);

/// Why the replay stopped here, and where it is.
void print_stop(Session& session, const Advance& advance);

}  // namespace mecrr::cli
