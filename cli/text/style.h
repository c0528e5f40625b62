// Colours, on a terminal that wants them.
#pragma once

#include <string_view>

namespace mecrr::cli {

/// Escape sequences; all empty where there is to be no colour.
struct Style {
  std::string_view bold, faint, bad, good, reset;
};

/// For what is written to descriptor `fd`: colours if it is a terminal other than a dumb one, and
/// NO_COLOR (no-color.org) is not set.
Style style_for(int fd);

}  // namespace mecrr::cli
