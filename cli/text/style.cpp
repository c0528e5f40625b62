#include "cli/text/style.h"

#include <unistd.h>

#include <cstdlib>

namespace mecrr::cli {

Style style_for(int fd) {
  const char* unwanted = ::getenv("NO_COLOR");
  const char* terminal = ::getenv("TERM");
  const bool is_unwanted = unwanted != nullptr && *unwanted != '\0';
  const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  if (is_unwanted || is_dumb || ::isatty(fd) == 0) return {};
  return {.bold = "\x1b[1m",
          .faint = "\x1b[2m",
          .bad = "\x1b[31m",
          .good = "\x1b[32m",
          .reset = "\x1b[0m"};
}

}  // namespace mecrr::cli
