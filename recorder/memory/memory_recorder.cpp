#include "recorder/memory/memory_recorder.h"

#include <sys/syscall.h>

#include "recorder/memory/changes.h"

namespace mecrr {
namespace {

struct Case {
  std::uint32_t number;
  Result<void> (*record)(MemoryCall&);
};

constexpr Case kCases[] = {
    {SYS_mmap, record_mmap},
    {SYS_mprotect, record_mprotect},
    {SYS_munmap, record_munmap},
    {SYS_brk, record_brk},
    {SYS_mremap, record_mremap},
    {SYS_madvise, record_madvise},
    {SYS_shmat, record_shmat},
    {SYS_shmdt, record_shmdt},
    {SYS_remap_file_pages, record_remap_file_pages},
    {SYS_pkey_mprotect, record_mprotect},
};

}  // namespace

Result<void> MemoryRecorder::record_changes(const SystemCall& call, std::int64_t result,
                                            StoppedTask& task, Space& space, pb::Outcome& outcome,
                                            const agent::FileKey* known_file) {
  for (const Case& memory_call : kCases) {
    if (memory_call.number != call.number) continue;
    MemoryCall returned{call, result, task, space, outcome, contents_, objects_, known_file};
    return memory_call.record(returned);
  }
  return fail("call {} shapes memory, but nobody knows how", call.number);
}

}  // namespace mecrr
