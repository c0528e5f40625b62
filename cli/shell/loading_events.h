// The events that bring code into a process: new programs, and mappings of files that can be
// executed. The trace knows them beforehand; a breakpoint by name waits for them.
#pragma once

#include <optional>

#include "base/error.h"
#include "base/ids.h"
#include "cli/events/ordered_events.h"
#include "cli/events/process_table.h"
#include "trace-format/reader.h"

namespace mecrr::cli {

/// Whether the event maps a part of a file that can be executed.
bool loads_code(const pb::Event& event);

class LoadingEvents {
 public:
  /// Of all processes, or of one.
  LoadingEvents(Reader& reader, std::optional<Pid> only);

  /// The first of order `from` or behind. `from` never gets lower from call to call.
  Result<std::optional<Order>> first_from(Order from);

 private:
  OrderedEvents events_;
  ProcessTable processes_;
  std::optional<Pid> only_;
  std::optional<Order> found_;  // the last one
};

}  // namespace mecrr::cli
