// Calls that shape the address space, as far as the agent makes them. A replay makes each of them
// itself, so the recorder takes them out of the log (recorder/record_calls.cpp), and must be able
// to say what they have done. Freestanding.
//
//   what                                        the recorder learns of it
//   mmap, private, of no file; brk; munmap;     when it reads the log: the call says it all
//   mprotect that does not make writable;
//   madvise
//   mmap, private, of a file in the trace       likewise; the record has the file's key, too
//   mmap, private, of another file, or of       at once: the task stops behind the call (kTell), as
//   code; mremap                                it would when a call that is a stop returns
//   shared memory, and all the rest             the call is a stop
#pragma once

#include "device/agent/call.h"
#include "device/agent/known_file.h"

namespace mecrr::agent {

/// Whether the agent makes the call; else says why not.
bool can_shape(const Call& call);

/// Makes it. MADV_FREE is made as MADV_DONTNEED: with it the kernel drops pages when it likes, and
/// at once is within its promise.
std::int64_t shape(const Call& call);

/// How the recorder learns of a call that has been made, and has not failed.
enum class Learned : std::uint8_t { kFromLog, kFromKey, kAtOnce };

/// @param key  set if it is kFromKey
Learned learned_of(const Call& call, FileKey& key);

}  // namespace mecrr::agent
