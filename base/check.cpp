#include "base/check.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace mecrr {

void check_failed(std::string_view condition, std::string_view file, int line,
                  std::string_view values) {
  const std::string message = fmt::format("mecrr: check failed at {}:{}: {}{}{}\n", file, line,
                                          condition, values.empty() ? "" : ": ", values);
  // One write, so that the lines of several threads do not mix. If it fails, the abort still tells.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, message.data(), message.size());
  std::abort();
}

}  // namespace mecrr
