// One number for all memory that a task can write to.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/ids.h"
#include "device/task.h"

namespace mecrr::ptrace {

/// See StoppedTask::memory_hash(). `memory` is /proc/TID/mem.
Result<std::optional<std::uint64_t>> memory_hash(Tid tid, int memory, const HashedMemory& of);

}  // namespace mecrr::ptrace
