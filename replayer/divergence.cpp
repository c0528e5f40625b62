#include "replayer/divergence.h"

#include <fmt/format.h>

namespace mecrr {

std::string Divergence::summary() const {
  std::string text =
      fmt::format("event {} of stream {} (task {}): {}: {} in the log, {} in the replay",
                  position.event, position.stream, position.tid, subject, expected, found);
  if (landing) text += fmt::format(", behind the landing at event {}", *landing);
  return text;
}

}  // namespace mecrr
