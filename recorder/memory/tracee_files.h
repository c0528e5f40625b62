// Files that a traced process has open or mapped, opened by us to look at their contents.
//
// They are opened anew for reading, so that the process's own file positions stay. That can be
// refused where the process itself got the file in another way; whoever asks then reads the
// process's memory instead.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/unique_fd.h"
#include "recorder/memory/maps.h"

namespace mecrr {

/// Which file it is, whatever its name.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

enum class FileKind {
  kRegular,
  kZero,   ///< /dev/zero
  kOther,  ///< a device, a directory, a pipe …
};

/// What stands behind a descriptor of a task.
struct TraceeFile {
  FileIdentity identity;
  FileKind kind = FileKind::kOther;
  std::uint64_t size = 0;
  bool writable = false;  ///< the descriptor is open for writing
};

/// What stat(2) says of a descriptor. Fails with EBADF if the task has no such descriptor.
Result<struct stat> stat_of_descriptor(Tid tid, int descriptor);

/// Whether a descriptor is open for writing.
bool is_writable(Tid tid, int descriptor);

/// Fails with EBADF if the task has no such descriptor.
Result<TraceeFile> describe_descriptor(Tid tid, int descriptor);

/// The path by which the task's descriptor was opened, for people.
std::string descriptor_path(Tid tid, int descriptor);

/// Only for regular files: opening another kind can have effects.
Result<UniqueFd> open_descriptor(Tid tid, int descriptor);

/// The file behind a line of the task's maps.
Result<UniqueFd> open_mapped(Tid tid, const MapsLine& line);

/// A path as the task would resolve it: its root and its directory. Only regular files.
Result<UniqueFd> open_path(Tid tid, const std::string& path);

}  // namespace mecrr
