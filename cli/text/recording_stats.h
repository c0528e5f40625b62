// What a recording has cost, as tables for people.
#pragma once

#include <string>

#include "recorder/recorder.h"

namespace mecrr::cli {

/// Several lines without a line feed at the end.
std::string stats_text(const Recording& recording);

/// The same as one JSON object, and a line feed. Names of members are for programs, and stay.
std::string stats_json(const Recording& recording);

}  // namespace mecrr::cli
