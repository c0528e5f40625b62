// What a recording has cost, as tables for people.
#pragma once

#include <string>

#include "recorder/recorder.h"

namespace mecrr::cli {

/// Several lines without a line feed at the end.
std::string stats_text(const Recording& recording);

}  // namespace mecrr::cli
