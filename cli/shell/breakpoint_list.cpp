#include "cli/shell/breakpoint_list.h"

#include <algorithm>
#include <set>

#include "cli/shell/session.h"

namespace mecrr::cli {
namespace {

bool stands_at(const NumberedBreakpoint& breakpoint, RemoteAddress address) {
  return std::ranges::any_of(breakpoint.places,
                             [&](const Breakpoint& place) { return place.address == address; });
}

}  // namespace

const NumberedBreakpoint& BreakpointList::add_name(const std::string& name) {
  return all_.emplace_back(
      NumberedBreakpoint{.number = next_number_++, .what = name, .by_name = true});
}

Result<const NumberedBreakpoint*> BreakpointList::add_address(Session& session,
                                                              const std::string& what,
                                                              Breakpoint place) {
  TRY(session.replay().add_breakpoint(place));
  return &all_.emplace_back(
      NumberedBreakpoint{.number = next_number_++, .what = what, .places = {place}});
}

bool BreakpointList::remove(Session& session, unsigned number) {
  const auto found = std::ranges::find(all_, number, &NumberedBreakpoint::number);
  if (found == all_.end()) return false;
  const NumberedBreakpoint removed = std::move(*found);
  all_.erase(found);
  // Forks have inherited it: it goes wherever it stands, unless another stands there too.
  for (const Breakpoint& place : session.replay().breakpoints()) {
    const bool is_shared = std::ranges::any_of(
        all_, [&](const NumberedBreakpoint& other) { return stands_at(other, place.address); });
    if (stands_at(removed, place.address) && !is_shared) session.replay().remove_breakpoint(place);
  }
  return true;
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
    TRY(session.replay().add_breakpoint(place));
    breakpoint.places.push_back(place);
  }
  return {};
}

const NumberedBreakpoint* BreakpointList::hit(Breakpoint place) {
  auto found = std::ranges::find_if(all_, [&](const NumberedBreakpoint& breakpoint) {
    return std::ranges::find(breakpoint.places, place) != breakpoint.places.end();
  });
  if (found == all_.end()) {  // inherited by a fork
    found = std::ranges::find_if(all_, [&](const NumberedBreakpoint& breakpoint) {
      return stands_at(breakpoint, place.address);
    });
  }
  if (found == all_.end()) return nullptr;
  ++found->hits;
  return &*found;
}

}  // namespace mecrr::cli
