// seek: on to an event.
#include "cli/shell/place_text.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

Result<void> run(Session& session, std::string_view arguments) {
  if (arguments.empty()) return fail("seek EVENT: which event is missing; info events shows some");
  if (arguments == "end") {
    print_stop(session, TRY(session.run(std::nullopt, Breakpoints::kIgnore)));
    return {};
  }
  const Order target{TRY(parse_count(arguments, 0))};
  const std::uint64_t events = session.reader().event_count();
  if (target.value() >= events)
    return fail("there is no event {}: the trace has {}, from 0 on", target, events);
  const auto position = session.replay().position();
  if (position && target < position->order)
    return fail("event {} has passed, and a replay goes forwards only; start it anew to get there",
                target);
  const Session::Goal goal{target, Side::kBefore};
  print_stop(session, TRY(session.run(goal, Breakpoints::kIgnore)));
  return {};
}

}  // namespace

constinit const Verb kSeek = {
    .name = "seek",
    .abbreviations = {},
    .arguments = "EVENT|end",
    .summary = "go on until the event of this number is the next to happen",
    .help =
        "Numbers are those of `info events`, `calls` and `mecrr dump`. Breakpoints on the way are\n"
        "not heeded. Its task stands at the event: at the call, before it is made.",
    .repeat = Repeat::kNothing,
    .run = run,
};

}  // namespace mecrr::cli
