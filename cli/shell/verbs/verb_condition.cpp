// condition: what must hold for a breakpoint to stop a task.
#include <fmt/format.h>

#include "cli/output.h"
#include "cli/shell/condition_text.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

Result<void> run(Session& session, std::string_view arguments) {
  const std::vector<std::string_view> all = words(arguments);
  if (all.empty()) return fail("condition NUMBER [CONDITION]: which breakpoint is missing");
  NumberedBreakpoint& breakpoint = *TRY(session.breakpoints().find(all.front()));
  if (all.size() == 1) {
    breakpoint.condition.clear();
    session.replay().rule(breakpoint.rule()).condition = {};
    print(fmt::format("breakpoint {} has no condition any more\n", breakpoint.number));
    return {};
  }
  const std::string_view text = arguments.substr(all[1].data() - arguments.data());
  session.replay().rule(breakpoint.rule()).condition = TRY(parse_condition(session, text));
  breakpoint.condition = text;
  return {};
}

}  // namespace

constinit const Verb kCondition = {
    .name = "condition",
    .abbreviations = {},
    .arguments = "NUMBER [CONDITION]",
    .summary = "have a breakpoint stop only where something holds; or always",
    .help =
        "condition 1 $rdi == 5     breakpoint 1 stops only there; help break tells what can be "
        "said\n"
        "condition 1               it stops each time again",
    .repeat = Repeat::kNothing,
    .completes = Completes::kNothing,
    .run = run,
};

}  // namespace mecrr::cli
