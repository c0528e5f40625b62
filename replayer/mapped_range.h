// The mappings of a replayed process, as it stands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/remote_address.h"
#include "replayer/symbols/stored_files.h"

namespace mecrr {

/// A mapping of a live process. Where a file ended inside a mapping, the part behind its end is a
/// range of its own.
struct MappedRange {
  RemoteRange range;
  int protection = 0;  ///< PROT_…
  int flags = 0;       ///< MAP_SHARED or MAP_PRIVATE
  std::optional<ContentId> content;
  std::optional<std::uint64_t> object;
  std::uint64_t offset = 0;  ///< in the content or object
  std::string name;          ///< path, "[stack]", …
};

/// What symbols are looked up in: the files that a process executes.
std::vector<MappedFile> executable_files(const std::vector<MappedRange>& mappings);

}  // namespace mecrr
