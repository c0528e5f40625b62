#include "replayer/divergence.h"

#include <fmt/format.h>

namespace mecrr {

std::string Divergence::summary() const {
  return fmt::format("event {} of stream {} (task {}): {}: {} in the log, {} in the replay",
                     position.event, position.stream, position.tid, subject, expected, found);
}

}  // namespace mecrr
