#include "cli/events/process_table.h"

namespace mecrr::cli {

std::size_t ProcessTable::note(const pb::Event& event) {
  const std::size_t place = process_of(event);
  RecordedProcess& process = all_[place];
  if (process.events == 0) process.began_us = event.elapsed_us();
  ++process.events;
  process.ended_us = event.elapsed_us();
  switch (event.what_case()) {
    case pb::Event::kImage:
      process.arguments.assign(event.image().argument().begin(), event.image().argument().end());
      ++process.programs;
      break;
    case pb::Event::kCreated:
      note_created(place, event.created());
      break;
    case pb::Event::kExited:
      tasks_.erase(Tid{event.tid()});
      if (event.exited().process()) process.end = event.exited();
      break;
    default:
      break;
  }
  return place;
}

std::size_t ProcessTable::process_of(const pb::Event& event) {
  const auto known = tasks_.find(Tid{event.tid()});
  if (known != tasks_.end()) return known->second;
  // The first process; or a task that a damaged trace does not tell the beginning of.
  const std::size_t place = begin(Pid{event.tid()}, std::nullopt);
  tasks_[Tid{event.tid()}] = place;
  return place;
}

std::size_t ProcessTable::begin(Pid pid, std::optional<std::size_t> parent) {
  RecordedProcess process{.pid = pid, .parent = parent};
  if (parent) process.arguments = all_[*parent].arguments;
  all_.push_back(std::move(process));
  return all_.size() - 1;
}

void ProcessTable::note_created(std::size_t parent, const pb::Created& created) {
  if (Pid{created.pid()} == all_[parent].pid) {
    ++all_[parent].threads;
    tasks_[Tid{created.tid()}] = parent;
  } else {
    tasks_[Tid{created.tid()}] = begin(Pid{created.pid()}, parent);
  }
}

}  // namespace mecrr::cli
