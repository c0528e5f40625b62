#include "cli/shell/breakpoint_list.h"

#include <algorithm>
#include <set>

#include "cli/shell/session.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
NumberedBreakpoint& BreakpointList::add_name(const std::string& name) {
  return all_.emplace_back(
      NumberedBreakpoint{.number = next_number_++, .what = name, .by_name = true});
}

Result<NumberedBreakpoint*> BreakpointList::add_address(Session& session, const std::string& what,
                                                        Breakpoint place) {
  TRY(session.replay().add_breakpoint(place, RuleId(next_number_)));
  return &all_.emplace_back(NumberedBreakpoint{
      .number = next_number_++, .what = what, .by_name = false, .places = {place}});
}

Result<NumberedBreakpoint*> BreakpointList::find(std::string_view number) {
  const std::uint64_t wanted = TRY(parse_count(number, 0));
  const auto found = std::ranges::find(all_, wanted, &NumberedBreakpoint::number);
  if (found == all_.end()) return fail("there is no breakpoint {}", wanted);
  return &*found;
}

void BreakpointList::remove(Session& session, const NumberedBreakpoint& breakpoint) {
  session.replay().remove_breakpoints(breakpoint.rule());
  std::erase_if(all_, [number = breakpoint.number](const NumberedBreakpoint& each) {
    return each.number == number;
  });
}

bool BreakpointList::wait_for_names() const {
  return std::ranges::any_of(all_, &NumberedBreakpoint::by_name);
}

Result<void> BreakpointList::place(Session& session) {
  if (!wait_for_names()) return {};
  std::set<StreamId> streams;
  for (const LiveTask& task : session.replay().tasks()) streams.insert(task.stream);
  for (const StreamId stream : streams) {
    for (NumberedBreakpoint& breakpoint : all_) {
      if (breakpoint.by_name) TRY(place_name(session, breakpoint, stream));
    }
  }
  return {};
}

Result<void> BreakpointList::place_name(Session& session, NumberedBreakpoint& breakpoint,
                                        StreamId stream) {
  const std::vector<MappedFile> code = executable_files(session.replay().mappings(stream));
  for (const FoundSymbol& found : session.symbols(stream).find(breakpoint.what)) {
    const Breakpoint place{stream, found.address};
    const bool is_code = std::ranges::any_of(
        code, [&](const MappedFile& file) { return file.range.contains(found.address); });
    if (!is_code || std::ranges::find(breakpoint.places, place) != breakpoint.places.end())
      continue;
    TRY(session.replay().add_breakpoint(place, breakpoint.rule()));
    breakpoint.places.push_back(place);
  }
  return {};
}

}  // namespace mecrr::cli
