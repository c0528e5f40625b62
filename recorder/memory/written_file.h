// A mapped file that a call writes to, or cuts, or makes longer: what the mappings show then.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "device/system_call.h"
#include "device/task.h"
#include "recorder/memory/contents.h"
#include "recorder/memory/objects.h"
#include "recorder/memory/space.h"
#include "recorder/memory/tracee_files.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// The file behind a descriptor that a call is about to write to, as it is before.
struct WrittenFile {
  int descriptor = -1;
  FileIdentity identity;
  std::optional<Objects::Snapshot> shared;  ///< if it is mapped shared by anybody

  struct View {
    RemoteRange range;
    Bytes bytes;  ///< as far as there is anything
  };
  /// What the private mappings of it show. A page that the program has not written to shows what is
  /// written to the file.
  std::vector<View> own{};
};

/// Empty if it is no file that is mapped: in `space`, or shared.
/// Cost: reads all of what is mapped.
Result<std::optional<WrittenFile>> look_before_writing(const StoppedTask& task, int descriptor,
                                                       const Space& space, const Objects& objects);

/// The call has come back. Pages that were cut off fault from now on, pages that were added do not;
/// mappings show what was written.
Result<void> record_written_file(const WrittenFile& before, StoppedTask& task, Space& space,
                                 Contents& contents, Objects& objects, pb::Outcome& outcome);

}  // namespace mecrr
