#include <fmt/format.h>

#include "cli/events/event_text.h"
#include "cli/events/ordered_events.h"
#include "cli/output.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::uint64_t kUsualCount = 10;

Result<void> run(Session& session, std::string_view arguments) {
  const std::uint64_t count = TRY(parse_count(arguments, kUsualCount));
  const auto position = session.replay().position();
  const std::uint64_t here = position ? position->order.value() : session.reader().event_count();
  OrderedEvents events(session.reader(), Order{here - std::min(here, count)});
  EventText text;
  for (std::uint64_t i = 0; i < std::min(here, count) + count; ++i) {
    const auto placed = TRY(events.next());
    if (!placed) break;
    const pb::Event& event = *placed->event;
    const bool is_next = event.order() == here;
    print(fmt::format("{}{} {:>8} {:>7}  {}{}\n", is_next ? session.style().bold : "",
                      is_next ? "=>" : "  ", event.order(), event.tid(), text.text(event),
                      is_next ? session.style().reset : ""));
  }
  return {};
}

}  // namespace

constinit const Topic kInfoEvents = {
    "events", "[COUNT]", "so many events before here and from here on, of all processes", run};

}  // namespace mecrr::cli
