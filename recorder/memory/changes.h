// A memory call that has come back, and what the functions that record such calls are given. One
// function a call; memory_recorder.cpp has the list of them.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "device/calls/errno_names.h"
#include "device/system_call.h"
#include "device/task.h"
#include "recorder/memory/contents.h"
#include "recorder/memory/maps.h"
#include "recorder/memory/objects.h"
#include "recorder/memory/space.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

struct MemoryCall {
  const SystemCall& call;
  std::int64_t result;
  StoppedTask& task;
  Space& space;
  pb::Outcome& outcome;
  Contents& contents;
  Objects& objects;
  /// Of an mmap of a file whose part is in the trace already: the descriptor may be another's by
  /// now.
  const agent::FileKey* known_file = nullptr;

  bool has_failed() const { return calls::is_error(result); }
  std::uint64_t argument(std::size_t i) const { return call.arguments[i]; }
  RemoteAddress address(std::size_t i) const { return RemoteAddress(call.arguments[i]); }
};

constexpr std::uint64_t round_to_page(std::uint64_t bytes) {
  return (bytes + kPageBytes - 1) & ~(kPageBytes - 1);
}

/// The pages that (address, length) arguments mean.
inline RemoteRange pages(RemoteAddress address, std::uint64_t length) {
  return {address, round_to_page(length)};
}

/// The bytes of a mapping, `size` long and from `offset` of its file on, that a file of
/// `file_bytes` reaches.
constexpr std::uint64_t valid_bytes(std::uint64_t file_bytes, std::uint64_t offset,
                                    std::uint64_t size) {
  if (file_bytes <= offset) return 0;
  return std::min(size, round_to_page(file_bytes - offset));
}

Result<void> record_mmap(MemoryCall&);
Result<void> record_munmap(MemoryCall&);
Result<void> record_mprotect(MemoryCall&);
Result<void> record_mremap(MemoryCall&);
Result<void> record_brk(MemoryCall&);
Result<void> record_madvise(MemoryCall&);
Result<void> record_shmat(MemoryCall&);
Result<void> record_shmdt(MemoryCall&);
Result<void> record_remap_file_pages(MemoryCall&);

}  // namespace mecrr
