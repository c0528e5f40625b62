// Lines of the protocol, printed. Whoever shows calls and signals to people or sends them to a
// tracer uses these: mecrr dump, trace, serve. The reverse is parse.h; the grammar
// docs/device-protocol.md.
//
//     write 2, "this is data", 12            call_text, text_of(Called)
//     read 3, "this is data", 100 = ok 12    completed_text
//     ok 12   fail EIO                       result_text
//     signal SIGCHLD {errno: 0, code: CLD_EXITED, pid: 4711, uid: 0, status: 0, utime: 0, stime: 0}
//
// Nothing here fails: memory that cannot be read shows as its address, a call that nobody knows as
// call_400 with its six registers.
#pragma once

#include <csignal>
#include <cstdint>
#include <string>

#include "device/command.h"
#include "device/memory.h"
#include "device/protocol/arguments.h"
#include "device/stop.h"
#include "device/system_call.h"

namespace mecrr::protocol {

/// The call as it is about to be made: memory that it will write is shown as its address.
std::string call_text(const SystemCall& call, const Memory& memory, const Limits& limits = {});

/// The call and what came of it, on one line. `memory` holds what the call wrote.
std::string completed_text(const SystemCall& call, std::int64_t result, const Memory& memory,
                           const Limits& limits = {});

/// "ok 12", "ok 0x7f0012345000", "fail EIO"; "interrupted ERESTARTSYS" for a call that a signal has
/// interrupted and that the kernel will make again or turn into EINTR.
std::string result_text(std::int64_t result);

/// "SIGCHLD {errno: 0, code: CLD_EXITED, …}".
std::string signal_text(const siginfo_t& info);

/// "status 3", "SIGSEGV", "SIGSEGV core", for a status as from waitpid(2).
std::string status_text(int status);

std::string text_of(const Stop& stop, const Memory& memory, const Limits& limits = {});
std::string text_of(const Command& command, const Memory& memory, const Limits& limits = {});

}  // namespace mecrr::protocol
