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
    print(fmt::format("{:>3}  {}, hit {}{}\n", breakpoint.number, escaped(breakpoint.what),
                      counted(breakpoint.hits, "time", "times"),
                      breakpoint.places.empty() ? ", waits for its code to be loaded" : ""));
    for (const Breakpoint& place : breakpoint.places) {
      if (session.replay().mappings(place.stream).empty()) continue;  // that program is gone
      print(fmt::format("     {} in stream {}\n",
                        address_text(session.symbols(place.stream), place.address), place.stream));
    }
  }
  return {};
}

}  // namespace

constinit const Topic kInfoBreakpoints = {"breakpoints", "",
                                          "the breakpoints, their places and hits", run};

}  // namespace mecrr::cli
