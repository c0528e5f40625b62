// A difference between what the log says and what the replayed program did: a finding, not an
// error.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "device/registers.h"
#include "replayer/position.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

struct Divergence {
  Position position;
  pb::Event event;  ///< the log's
  /// What differs: "call", "argument 2", "stack pointer", "memory that the call reads".
  std::string subject;
  std::string expected;   ///< by the log
  std::string found;      ///< in the replay
  Registers registers{};  ///< of the task, in the replay
  /// The landing that the task has come from, if nothing has shown since that it was the right
  /// moment (docs/landing.md): an event of the same stream.
  std::optional<EventId> landing{};

  /// One line: "event 12 of stream 3 (task 4711): argument 2 of write: 5 in the log, 6 in the
  /// replay".
  std::string summary() const;
};

}  // namespace mecrr
