// The agent's code as bytes, to be put at agent::kCode of a task (state.h). The same for every task
// and every recording of one build of mecrr.
#pragma once

#include "base/bytes.h"
#include "device/agent/state.h"

namespace mecrr::agent {

/// Begins with a CodeHead.
ByteView code();

/// The head of code().
CodeHead code_head();

}  // namespace mecrr::agent
