#pragma once

#include <memory>
#include <string>

#include "trace-format/reader.h"

namespace mecrr::cli {

/// Opens a trace, and complains of what is wrong with it though it can be read. Null, and told why,
/// if it cannot.
std::unique_ptr<Reader> open_trace(const std::string& path);

/// What a recording with this ending came to: "all processes have ended".
std::string ending_text(const pb::Ending& ending);

}  // namespace mecrr::cli
