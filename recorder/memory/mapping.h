// The trace's Mapping messages, made together with the book that Space keeps.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "device/task.h"
#include "recorder/memory/contents.h"
#include "recorder/memory/space.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Private memory of no file, to begin with.
pb::Mapping mapping_of(RemoteRange range, int protection, int flags, std::string name = {});

/// The mapping shows `part` of a file privately, as `stored` has it. Replaces the instructions in
/// it that give chance results, in the task's memory.
Result<void> back_by_content(pb::Mapping& mapping, Space& space, StoppedTask& task,
                             const RecordedPart& stored, std::uint64_t file_offset,
                             const FileIdentity& file);

enum class Writable : bool { kNo, kYes };

/// The mapping shows an object.
/// @param writable  whether the program can write to it through this mapping, now or after mprotect
/// @param valid  bytes of the mapping that the object reaches, rounded up to a page
void back_by_object(pb::Mapping& mapping, Space& space, ObjectId object, std::uint64_t offset,
                    std::uint64_t valid, std::optional<FileIdentity> file, Writable writable);

}  // namespace mecrr
