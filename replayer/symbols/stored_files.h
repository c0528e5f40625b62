#pragma once

// What this folder needs to be given: where files are mapped in a process, and the bytes of those
// files as the trace holds them. A trace stores the parts of a file that were mapped, and of
// programs and libraries what else their symbols need; between the parts are holes.

#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/remote_address.h"

namespace mecrr {

/// Part of a file, mapped executable.
struct MappedFile {
  RemoteRange range;
  ContentId content;
  std::uint64_t offset = 0;  ///< of the first byte in the file
  std::string path;          ///< as recorded, for people

  friend bool operator==(const MappedFile&, const MappedFile&) = default;
};

class StoredFiles {
 public:
  using Take = std::function<Result<void>(std::uint64_t offset, ByteView bytes)>;

  virtual ~StoredFiles() = default;

  /// Calls `take` with each stored part of a file, in any order; parts do not overlap. Stops at the
  /// first error of `take`.
  virtual Result<void> for_each_part(ContentId content, const Take& take) = 0;
};

}  // namespace mecrr
