// What becomes of address spaces, put into words for the trace: a new program's image, and the
// changes that calls make.
#pragma once

#include "base/error.h"
#include "device/system_call.h"
#include "device/task.h"
#include "recorder/memory/contents.h"
#include "recorder/memory/objects.h"
#include "recorder/memory/space.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

class MemoryRecorder {
 public:
  explicit MemoryRecorder(Writer& writer) : contents_(writer) {}

  /// A task that stands before a new program's first instruction. Takes the vdso out of its memory;
  /// fills in the image (all but registers and kinship) and `space`.
  Result<void> record_image(StoppedTask& task, Space& space, pb::Image& image);

  /// A call of Replay::kMemory has come back: puts what it changed into `outcome`, and keeps
  /// `space` up to date.
  /// @param known_file  of a mapping that the agent has made of a file: which, if it need not be
  /// looked at (device/agent/known_file.h)
  Result<void> record_changes(const SystemCall& call, std::int64_t result, StoppedTask& task,
                              Space& space, pb::Outcome& outcome,
                              const agent::FileKey* known_file = nullptr);

  Contents& contents() { return contents_; }
  Objects& objects() { return objects_; }

 private:
  Contents contents_;
  Objects objects_;
};

/// Whether a mmap would map what no replay could have: a device.
bool is_unmappable(Tid tid, const SystemCall& mmap);

}  // namespace mecrr
