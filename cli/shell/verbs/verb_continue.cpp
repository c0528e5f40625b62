// continue: on to the next breakpoint, or the end.
#include <array>

#include "cli/shell/place_text.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 2> kAbbreviations = {"c", "fg"};

Result<void> run(Session& session, std::string_view arguments) {
  const std::uint64_t times = TRY(parse_count(arguments, 1));
  for (std::uint64_t i = 0; i < times; ++i) {
    const Advance advance = TRY(session.run(std::nullopt, Breakpoints::kHeed));
    print_stop(session, advance);
    if (!std::holds_alternative<BreakpointHit>(advance)) break;
  }
  return {};
}

}  // namespace

constinit const Verb kContinue = {
    .name = "continue",
    .abbreviations = kAbbreviations,
    .arguments = "[TIMES]",
    .summary = "go on to the next breakpoint, or to the end",
    .help =
        "With TIMES, as if it were typed so often: breakpoints but the last are only told of.\n"
        "Ctrl-C stops at the next event.",
    .repeat = Repeat::kGoOn,
    .run = run,
};

}  // namespace mecrr::cli
