// The file that a recording goes to, if nobody says which.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "trace-format/writer.h"

namespace mecrr::cli {

/// Makes trace.pb or, where that is there, the first of trace-2.pb, trace-3.pb, … that is not. Of
/// several mecrrs at the same time each gets a name of its own. `create` fails with EEXIST if the
/// file is there.
Result<Writer> create_numbered_trace(
    const std::function<Result<Writer>(const std::string& path)>& create);

}  // namespace mecrr::cli
