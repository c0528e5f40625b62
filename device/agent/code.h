// The agent's code as bytes, to be put at agent::kCode of a task (state.h). The same for every task
// and every recording of one build of mecrr.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "device/agent/state.h"

namespace mecrr::agent {

/// Begins with a CodeHead.
ByteView code();

/// The head of code().
CodeHead code_head();

/// Whether a task with this instruction pointer is inside of a call that the agent makes or
/// answers, or of what the code for rdtsc calls (AgentState::in_counter). In that itself, and in
/// the code for cpuid, a task is as in its own.
bool is_in_call(std::uint64_t rip);

}  // namespace mecrr::agent
