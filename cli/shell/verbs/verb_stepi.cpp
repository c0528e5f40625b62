// stepi: one instruction, or the event that the task has come to.
#include <fmt/format.h>

#include <array>

#include "cli/events/event_text.h"
#include "cli/output.h"
#include "cli/shell/place_text.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 1> kAbbreviations = {"si"};

/// What is needed to tell that an event has happened.
struct Before {
  std::optional<Position> position;
  std::string event;  // its text
};

Before look(const Replay& replay) {
  Before before{.position = replay.position(), .event = {}};
  if (before.position && before.position->at_event)
    before.event = EventText().text(*replay.pending());
  return before;
}

void tell_of_event(const Before& before, const Replay& replay) {
  if (before.event.empty()) return;
  const auto now = replay.position();
  if (now && now->order == before.position->order) return;
  print(fmt::format("event {}, task {}: {}\n", before.position->order, before.position->tid,
                    before.event));
  if (now && now->tid != before.position->tid)
    print(fmt::format("now in process {}, task {}\n", now->pid, now->tid));
}

Result<void> run(Session& session, std::string_view arguments) {
  const std::uint64_t steps = TRY(parse_count(arguments, 1));
  session.interrupted() = false;
  for (std::uint64_t i = 0; i < steps; ++i) {
    const Before before = look(session.replay());
    const Advance advance = TRY(session.step_instruction());
    tell_of_event(before, session.replay());
    const bool is_interrupted = session.interrupted();
    if (!std::holds_alternative<Reached>(advance) || is_interrupted) {
      print_stop(session, is_interrupted ? Advance(Interrupted{}) : advance);
      return {};
    }
  }
  print_instruction(session);
  if (const auto position = session.replay().position(); position && position->at_event)
    print_next_event(session);
  return {};
}

}  // namespace

constinit const Verb kStepi = {
    .name = "stepi",
    .abbreviations = kAbbreviations,
    .arguments = "[COUNT]",
    .summary = "execute one instruction, or COUNT",
    .help =
        "A task that has come to its next event (a call, a signal) first gets that event, which\n"
        "counts as one step. Then the task that the recording goes on with may be another one.",
    .repeat = Repeat::kSame,
    .run = run,
};

}  // namespace mecrr::cli
