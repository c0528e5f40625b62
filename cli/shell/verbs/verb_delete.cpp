// delete: breakpoints, by number.
#include <array>
#include <vector>

#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 1> kAbbreviations = {"d"};

Result<void> run(Session& session, std::string_view arguments) {
  BreakpointList& breakpoints = session.breakpoints();
  if (arguments.empty()) {
    while (!breakpoints.all().empty()) breakpoints.remove(session, breakpoints.all().front());
    return {};
  }
  for (const std::string_view word : words(arguments))
    breakpoints.remove(session, *TRY(breakpoints.find(word)));
  return {};
}

}  // namespace

constinit const Verb kDelete = {
    .name = "delete",
    .abbreviations = kAbbreviations,
    .arguments = "[NUMBER…]",
    .summary = "take breakpoints away: these, or all",
    .help = "Numbers are those of `info breakpoints`.",
    .run = run,
};

}  // namespace mecrr::cli
