#include "cli/shell/loading_events.h"

#include <sys/mman.h>

#include <algorithm>

namespace mecrr::cli {
namespace {

bool is_code(const pb::Mapping& mapping) {
  return mapping.has_content() && (mapping.protection() & PROT_EXEC) != 0;
}

bool loads_code(const pb::Outcome& outcome) {
  return std::ranges::any_of(outcome.change(), [](const pb::Change& change) {
    return change.has_protect() ? (change.protect().protection() & PROT_EXEC) != 0
                                : change.has_map() && is_code(change.map());
  });
}

}  // namespace

bool loads_code(const pb::Event& event) {
  if (event.has_image()) return true;
  if (event.has_call()) return loads_code(event.call().outcome());
  return event.has_returned() && loads_code(event.returned().outcome());
}

LoadingEvents::LoadingEvents(Reader& reader, std::optional<Pid> only)
    : events_(reader), only_(only) {}

Result<std::optional<Order>> LoadingEvents::first_from(Order from) {
  while (!found_ || *found_ < from) {
    const auto placed = TRY(events_.next());
    if (!placed) return std::nullopt;
    const Pid process = processes_.all()[processes_.note(*placed->event)].pid;
    if (loads_code(*placed->event) && (!only_ || *only_ == process))
      found_ = Order{placed->event->order()};
  }
  return found_;
}

}  // namespace mecrr::cli
