#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/shell/session.h"

namespace mecrr::cli {

/// What the word of `line` that begins at `start` can become: a verb at the line's beginning,
/// behind it what the verb's argument is (Verb::completes).
std::vector<std::string> completions(Session& session, std::string_view line, std::size_t start);

}  // namespace mecrr::cli
