// break: stop at an address, or where a function begins.
#include <fmt/format.h>

#include <array>

#include "cli/output.h"
#include "cli/shell/code_text.h"
#include "cli/shell/expression.h"
#include "cli/shell/verbs/verbs.h"
#include "cli/text/quantity.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 2> kAbbreviations = {"b", "br"};

std::string places_text(Session& session, const NumberedBreakpoint& breakpoint) {
  if (breakpoint.places.empty())
    return fmt::format("waits until a program or library with '{}' is loaded", breakpoint.what);
  const Breakpoint& first = breakpoint.places.front();
  std::string text = "at " + address_text(session.symbols(first.stream), first.address);
  if (breakpoint.places.size() > 1)
    text += fmt::format(" and {} more", counted(breakpoint.places.size() - 1, "place", "places"));
  return text;
}

Result<void> check_mapped(Session& session, Breakpoint place) {
  for (const MappedRange& mapped : session.replay().mappings(place.stream)) {
    if (mapped.range.contains(place.address)) return {};
  }
  return fail("nothing is mapped at {}", place.address);
}

Result<void> run(Session& session, std::string_view arguments) {
  if (arguments.empty()) return fail("break ADDRESS or SYMBOL: where to stop is missing");
  const NumberedBreakpoint* added = nullptr;
  if (is_name(arguments)) {
    added = &session.breakpoints().add_name(std::string(arguments));
    TRY(session.breakpoints().place(session));
  } else {
    const RemoteAddress address = TRY(evaluate(session, arguments));
    const Breakpoint place{TRY(session.task()).stream, address};
    TRY(check_mapped(session, place));
    added = TRY(session.breakpoints().add_address(session, std::string(arguments), place));
  }
  print(fmt::format("breakpoint {} {}\n", added->number, places_text(session, *added)));
  return {};
}

}  // namespace

constinit const Verb kBreak = {
    .name = "break",
    .abbreviations = kAbbreviations,
    .arguments = "ADDRESS|SYMBOL",
    .summary = "stop when the instruction there is to be executed",
    .help =
        "break main          in every process, as soon as it has loaded a function `main`\n"
        "break 0x401136      in this process, and those that it forks\n"
        "break main+16       likewise; also $rip+4, *0x401136",
    .completes = Completes::kSymbols,
    .run = run,
};

}  // namespace mecrr::cli
