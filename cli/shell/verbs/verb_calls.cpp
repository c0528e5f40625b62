// calls: what this process has called and will call, around here.
#include <fmt/format.h>

#include <vector>

#include "cli/events/event_text.h"
#include "cli/output.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::uint64_t kUsualCount = 10;
/// How far is looked back for calls: beyond other events, such as rdtsc.
constexpr std::uint64_t kLookBack = 4096;

bool is_of_call(const pb::Event& event) {
  return event.has_call() || event.has_entered() || event.has_returned();
}

struct Listed {
  std::uint64_t order;
  std::string line;
};

Listed listed(EventText& text, const pb::Event& event, std::uint64_t here) {
  return {event.order(), fmt::format("{} {:>8} {:>7}  {}\n", event.order() == here ? "=>" : "  ",
                                     event.order(), event.tid(), text.text(event))};
}

/// The position in `stream` that is next.
Result<EventId> next_in(Session& session, StreamId stream) {
  const auto position = session.replay().position();
  for (const StreamInfo& info : session.reader().streams()) {
    if (info.id != stream) continue;
    if (!position || info.last < position->order) return EventId{info.events};
    if (position->stream == stream) return position->event;
    std::uint64_t low = 0, high = info.events;
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      EventCursor cursor = TRY(session.reader().events(stream, EventId{middle}));
      const pb::Event* event = TRY(cursor.peek());
      if (event != nullptr && event->order() < position->order.value()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return EventId{low};
  }
  return EventId{0};
}

Result<void> run(Session& session, std::string_view arguments) {
  const std::uint64_t count = TRY(parse_count(arguments, kUsualCount));
  const StreamId stream = TRY(session.task()).stream;
  const EventId next = TRY(next_in(session, stream));
  const auto position = session.replay().position();
  const std::uint64_t here = position ? position->order.value() : UINT64_MAX;
  EventCursor cursor = TRY(
      session.reader().events(stream, EventId{next.value() - std::min(next.value(), kLookBack)}));
  EventText text;
  std::vector<Listed> before;
  std::uint64_t behind = 0;
  while (behind < count) {
    const EventId at = cursor.position();
    const pb::Event* event = TRY(cursor.next());
    if (event == nullptr) break;
    if (!is_of_call(*event)) continue;
    if (at < next) {
      before.push_back(listed(text, *event, here));
      continue;
    }
    if (behind++ == 0) {
      for (std::size_t i = before.size() - std::min(before.size(), count); i < before.size(); ++i)
        print(before[i].line);
    }
    print(listed(text, *event, here).line);
  }
  return {};
}

}  // namespace

constinit const Verb kCalls = {
    .name = "calls",
    .abbreviations = {},
    .arguments = "[COUNT]",
    .summary = "list the calls that this process has made and is about to make",
    .help =
        "So many before here, and as many from here on; 10 if that is not said. => is the next\n"
        "event. A call that others overtook is listed twice: made, and with its result.",
    .run = run,
};

}  // namespace mecrr::cli
