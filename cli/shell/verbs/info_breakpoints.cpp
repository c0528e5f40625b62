#include <fmt/format.h>

#include "cli/output.h"
#include "cli/shell/code_text.h"
#include "cli/shell/verbs/verbs.h"
#include "cli/text/escape.h"
#include "cli/text/quantity.h"

namespace mecrr::cli {
namespace {

Result<void> run(Session& session, std::string_view) {
  if (session.breakpoints().all().empty()) print("no breakpoints\n");
  for (const NumberedBreakpoint& breakpoint : session.breakpoints().all()) {
    const Rule& rule = session.replay().rule(breakpoint.rule());
    std::string text = fmt::format("{:>3}  {}", breakpoint.number, escaped(breakpoint.what));
    if (!breakpoint.condition.empty()) text += " if " + escaped(breakpoint.condition);
    text += ", hit " + counted(rule.hits, "time", "times");
    if (rule.ignore != 0)
      text += ", to be passed " + counted(rule.ignore, "time more", "times more");
    if (breakpoint.places.empty()) text += ", waits for its code to be loaded";
    print(text + "\n");
    for (const Breakpoint& place : breakpoint.places) {
      if (session.replay().mappings(place.stream).empty()) continue;  // that program is gone
      print(fmt::format("     {} in stream {}\n",
                        address_text(session.symbols(place.stream), place.address), place.stream));
    }
  }
  return {};
}

}  // namespace

constinit const Topic kInfoBreakpoints = {
    "breakpoints", "", "the breakpoints, their conditions, places and hits", run};

}  // namespace mecrr::cli
