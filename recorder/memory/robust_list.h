// What the kernel writes into a program's memory when a task ends: the word of clear_child_tid, and
// the futexes that it held, by its robust list.
//
// It is foretold before the task ends, since nobody could tell it from other tasks' stores later.
// Source: mm_release() in kernel/fork.c, exit_robust_list() in kernel/futex/core.c.
#pragma once

#include <sys/types.h>

#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/remote_address.h"
#include "device/memory.h"

namespace mecrr {

struct DyingWrite {
  RemoteAddress at;
  std::uint32_t value;
};

/// @param tid_in_program  as the program's pid namespace numbers the task
std::vector<DyingWrite> robust_list_writes(const Memory& memory, RemoteAddress head,
                                           std::uint32_t tid_in_program);

}  // namespace mecrr
