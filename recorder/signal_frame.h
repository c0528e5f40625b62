// What the kernel writes before it runs a signal handler: return address, ucontext, siginfo, and
// above them the vector state.
#pragma once

#include "base/error.h"
#include "base/remote_address.h"
#include "device/memory.h"
#include "device/registers.h"

namespace mecrr {

/// The frame of the handler whose first instruction is next.
/// Source: struct rt_sigframe (arch/x86/include/asm/sigframe.h), get_sigframe() and
/// copy_fpstate_to_sigframe() in arch/x86/kernel.
Result<RemoteRange> signal_frame(const Memory& memory, const Registers& at_handler);

}  // namespace mecrr
