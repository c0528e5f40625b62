// `mecrr dump`: every event, one line each.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/commands/open_trace.h"
#include "cli/events/event_json.h"
#include "cli/events/event_text.h"
#include "cli/events/ordered_events.h"
#include "cli/events/process_table.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/text/style.h"

namespace mecrr::cli {
namespace {

bool is_wanted(const DumpCommand& command, const pb::Event& event, Pid process) {
  return event.order() >= command.from && (!command.pid || *command.pid == process) &&
         (!command.tid || *command.tid == Tid{event.tid()});
}

std::string line_of(const pb::Event& event, const std::string& text, const Style& style) {
  return fmt::format("{}{:>8} {:>7}{}  {}\n", style.faint, event.order(), event.tid(), style.reset,
                     text);
}

/// All events are looked at, also those before the first that is wanted: they tell which process a
/// task belongs to, and which call it is in.
Result<void> dump(Reader& reader, const DumpCommand& command) {
  const protocol::Limits limits{.addresses = command.addresses ? protocol::Addresses::kShown
                                                               : protocol::Addresses::kHidden};
  const Style style = style_for(STDOUT_FILENO);
  EventText text(limits);
  ProcessTable processes;
  OrderedEvents events(reader);
  Progress progress("reading events", reader.event_count());
  while (const auto placed = TRY(events.next())) {
    const pb::Event& event = *placed->event;
    if (event.order() > command.to) break;
    const Pid process = processes.all()[processes.note(event)].pid;
    if (is_wanted(command, event, process)) {
      const std::string line = text.text(event);
      print(command.format == Format::kJson ? json_line(event_json(*placed, process, line))
                                            : line_of(event, line, style));
    } else {
      text.pass(event);
    }
    if (::isatty(STDOUT_FILENO) == 0) progress.at(event.order());
  }
  return {};
}

}  // namespace

int run(const DumpCommand& command) {
  const auto reader = open_trace(command.trace);
  if (reader == nullptr) return kFailure;
  const auto dumped = dump(*reader, command);
  const int status = status_of_output();
  if (dumped) return status;
  complain(dumped.error());
  return kFailure;
}

}  // namespace mecrr::cli
