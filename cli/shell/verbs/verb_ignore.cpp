// ignore: let a task pass a breakpoint so many times.
#include <fmt/format.h>

#include "cli/output.h"
#include "cli/shell/verbs/verbs.h"
#include "cli/text/quantity.h"

namespace mecrr::cli {
namespace {

Result<void> run(Session& session, std::string_view arguments) {
  const std::vector<std::string_view> all = words(arguments);
  if (all.size() != 2)
    return fail("ignore NUMBER COUNT: a breakpoint, and how often it is to be passed");
  const NumberedBreakpoint& breakpoint = *TRY(session.breakpoints().find(all[0]));
  const std::uint64_t count = TRY(parse_count(all[1], 0));
  session.replay().rule(breakpoint.rule()).ignore = count;
  print(count == 0 ? fmt::format("breakpoint {} stops the next time\n", breakpoint.number)
                   : fmt::format("breakpoint {} is passed {}, and stops after that\n",
                                 breakpoint.number, counted(count, "time", "times")));
  return {};
}

}  // namespace

constinit const Verb kIgnore = {
    .name = "ignore",
    .abbreviations = {},
    .arguments = "NUMBER COUNT",
    .summary = "let a breakpoint be passed so many times",
    .help =
        "break f, ignore 1 4710, continue: the 4,711th call of f. Those that are passed count as\n"
        "hits. If the breakpoint has a condition, only times that it holds are counted.",
    .repeat = Repeat::kNothing,
    .completes = Completes::kNothing,
    .run = run,
};

}  // namespace mecrr::cli
