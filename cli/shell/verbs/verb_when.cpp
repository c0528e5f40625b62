// when: where the replay is.
#include <fmt/format.h>

#include "cli/output.h"
#include "cli/shell/place_text.h"
#include "cli/shell/verbs/verbs.h"
#include "cli/text/quantity.h"

namespace mecrr::cli {
namespace {

Result<void> run(Session& session, std::string_view) {
  const auto position = session.replay().position();
  const pb::Event* event = session.replay().pending();
  if (!position || event == nullptr) {
    print(fmt::format("at the end, after {}\n",
                      counted(session.reader().event_count(), "event", "events")));
    return {};
  }
  const std::chrono::microseconds elapsed(event->elapsed_us());
  print(fmt::format("event {} of {} is next ({} of stream {}), {} after the start\n",
                    position->order, session.reader().event_count(), position->event,
                    position->stream, duration_text(elapsed)));
  print(fmt::format("process {}, task {}, which {}\n", position->pid, position->tid,
                    position->at_event ? "has come to the event" : "is on its way to the event"));
  print_instruction(session);
  print_next_event(session);
  return {};
}

}  // namespace

constinit const Verb kWhen = {
    .name = "when",
    .abbreviations = {},
    .arguments = "",
    .summary = "tell where the replay is",
    .help = "The number of the next event, its process and task, and the next instruction.",
    .run = run,
};

}  // namespace mecrr::cli
