// All memory that a task can write to: page by page, or as one number.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/ids.h"
#include "device/task.h"

namespace mecrr::ptrace {

/// See StoppedTask::visit_memory() and memory_hash(). `memory` is /proc/TID/mem.
Result<bool> visit_memory(Tid tid, int memory, const HashedMemory& of, const TakePage& take);
Result<std::optional<std::uint64_t>> memory_hash(Tid tid, int memory, const HashedMemory& of);

}  // namespace mecrr::ptrace
