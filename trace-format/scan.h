// Finding everything in a file by reading all of it: when there is no index, since the recorder
// died, or it is not to be believed.
#pragma once

#include <optional>

#include "base/error.h"
#include "trace-format/index.h"
#include "trace-format/source.h"

namespace mecrr {

struct Scan {
  Index index;                  ///< ended before the first missing order
  std::optional<Error> damage;  ///< why what stands behind index.end() could not be used
};

/// Reads frames up to the file's end, or the first that cannot be used. One frame is in memory at a
/// time, and some of those that copies come from (kMaxSourceBytes).
Result<Scan> scan(const Source& source);

}  // namespace mecrr
