// break: stop at an address, or where a function begins.
#include <fmt/format.h>

#include <array>

#include "cli/output.h"
#include "cli/shell/code_text.h"
#include "cli/shell/condition_text.h"
#include "cli/shell/expression.h"
#include "cli/shell/verbs/verbs.h"
#include "cli/text/escape.h"
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

Result<NumberedBreakpoint*> add(Session& session, std::string_view place) {
  BreakpointList& breakpoints = session.breakpoints();
  if (is_name(place)) return &breakpoints.add_name(std::string(place));
  const RemoteAddress address = TRY(evaluate(session, place));
  const Breakpoint at{TRY(session.task()).stream, address};
  TRY(check_mapped(session, at));
  return breakpoints.add_address(session, std::string(place), at);
}

Result<void> run(Session& session, std::string_view arguments) {
  const auto [place, condition] = split_condition(arguments);
  if (place.empty()) return fail("break ADDRESS or SYMBOL: where to stop is missing");
  StopCondition parsed;
  if (condition) parsed = TRY(parse_condition(session, *condition));
  NumberedBreakpoint& added = *TRY(add(session, place));
  added.condition = condition.value_or("");
  session.replay().rule(added.rule()).condition = std::move(parsed);
  TRY(session.breakpoints().place(session));
  print(fmt::format("breakpoint {} {}{}\n", added.number, places_text(session, added),
                    condition ? fmt::format(", if {}", escaped(added.condition)) : ""));
  return {};
}

}  // namespace

constinit const Verb kBreak = {
    .name = "break",
    .abbreviations = kAbbreviations,
    .arguments = "ADDRESS|SYMBOL [if CONDITION]",
    .summary = "stop when the instruction there is to be executed",
    .help =
        "break main          in every process, as soon as it has loaded a function `main`\n"
        "break 0x401136      in this process, and those that it forks\n"
        "break main+16       likewise; also $rip+4, *0x401136\n"
        "break f if $rdi == 5 && *(short*)0x404010 == 0x1f && counter == 3\n"
        "                    only where all of that holds: a register; memory, of char, short, "
        "int,\n"
        "                    long … (else an int); a variable, by its name\n"
        "\n"
        "Also != < <= > >=, 'c', and *(int*)($rbp-4); numbers are unsigned. Symbols are looked up "
        "at\n"
        "once. condition and ignore change it later. Registers, variables and memory at fixed\n"
        "addresses that must equal numbers cost nanoseconds where they do not, and so does "
        "ignore:\n"
        "millions of times are nothing. Any other condition, and a second breakpoint on the way, "
        "is a\n"
        "stop each time, some 0.1 ms.",
    .completes = Completes::kSymbols,
    .run = run,
};

}  // namespace mecrr::cli
