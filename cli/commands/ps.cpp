// `mecrr ps`: the recorded processes, as a tree.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/commands/open_trace.h"
#include "cli/events/event_json.h"
#include "cli/events/event_text.h"
#include "cli/events/ordered_events.h"
#include "cli/events/process_table.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/text/escape.h"
#include "cli/text/quantity.h"
#include "cli/text/style.h"

namespace mecrr::cli {
namespace {

using Processes = std::vector<RecordedProcess>;

Result<ProcessTable> read_processes(Reader& reader) {
  ProcessTable processes;
  OrderedEvents events(reader);
  Progress progress("reading events", reader.event_count());
  while (const auto placed = TRY(events.next())) {
    processes.note(*placed->event);
    progress.at(placed->event->order());
  }
  return processes;
}

std::string pid_of_parent(const Processes& all, const RecordedProcess& process) {
  return process.parent ? fmt::to_string(all[*process.parent].pid) : "-";
}

std::string end_of(const RecordedProcess& process) {
  return process.end ? end_text(*process.end) : "(alive)";
}

/// Places in `all`, children behind their parent, and how deep each is.
struct Branch {
  std::size_t process;
  std::size_t depth;
};
std::vector<Branch> tree(const Processes& all) {
  std::vector<std::vector<std::size_t>> children(all.size());
  std::vector<Branch> open;  // last first
  for (std::size_t i = all.size(); i-- > 0;) {
    if (all[i].parent) {
      children[*all[i].parent].push_back(i);
    } else {
      open.push_back({i, 0});
    }
  }
  std::vector<Branch> order;
  while (!open.empty()) {
    const Branch next = open.back();
    open.pop_back();
    order.push_back(next);
    for (const std::size_t child : children[next.process]) open.push_back({child, next.depth + 1});
  }
  return order;
}

void print_text(const Processes& all) {
  constexpr std::size_t kDeepest = 20;  // beyond that, more columns say no more
  const Style style = style_for(STDOUT_FILENO);
  print(fmt::format("{}{:>7} {:>7} {:>7} {:>9} {:>10}  {:<12} {}{}\n", style.bold, "PID", "PARENT",
                    "THREADS", "EVENTS", "BEGAN", "END", "PROGRAM", style.reset));
  for (const Branch& branch : tree(all)) {
    const RecordedProcess& process = all[branch.process];
    const std::chrono::microseconds began(process.began_us);
    print(fmt::format(
        "{:>7} {:>7} {:>7} {:>9} {:>10}  {:<12} {}{}\n", process.pid, pid_of_parent(all, process),
        process.threads, count_text(process.events), duration_text(began), end_of(process),
        std::string(2 * std::min(branch.depth, kDeepest), ' '), command_line(process.arguments)));
  }
}

void print_json(const Processes& all) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const RecordedProcess& process : all) {
    nlohmann::ordered_json entry;
    entry["pid"] = process.pid.value();
    if (process.parent) entry["parent"] = all[*process.parent].pid.value();
    entry["arguments"] = process.arguments;
    entry["programs"] = process.programs;
    entry["threads"] = process.threads;
    entry["events"] = process.events;
    entry["began_us"] = process.began_us;
    if (process.end) {
      entry["ended_us"] = process.ended_us;
      entry["end"] = end_text(*process.end);
    }
    json.push_back(std::move(entry));
  }
  print(json_document(json));
}

}  // namespace

int run(const PsCommand& command) {
  const auto reader = open_trace(command.trace);
  if (reader == nullptr) return kFailure;
  const auto processes = read_processes(*reader);
  if (!processes) {
    complain(processes.error());
    return kFailure;
  }
  (command.format == Format::kJson ? print_json : print_text)(processes->all());
  return status_of_output();
}

}  // namespace mecrr::cli
