#pragma once

#include "base/error.h"

namespace mecrr::cli {

/// Sees to it that descriptors 0, 1 and 2 are open, so that no file of ours gets one of these
/// numbers: a trace at 2 would have our messages written into it. What is opened here is closed by
/// exec: a program that is recorded finds them closed, as it would without us.
Result<void> occupy_standard_descriptors();

}  // namespace mecrr::cli
