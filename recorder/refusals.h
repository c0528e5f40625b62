// Calls that are not made when a program is recorded: the program gets an errno instead, the one
// that a kernel without that call or feature gives.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "device/system_call.h"
#include "device/task.h"

namespace mecrr {

struct RefusedCall {
  int error = 0;          ///< errno
  std::string warning{};  ///< for the user, once; empty: every libc does without
};

/// Empty if the call is to be made.
Result<std::optional<RefusedCall>> refusal_of(const StoppedTask& task, const SystemCall& call);

/// Whether a program file is of another kind than 64-bit x86: mecrr cannot record it. (What is no
/// ELF file, a script, may be fine.)
bool is_foreign_program(int fd);

}  // namespace mecrr
