#include "cli/shell/place_text.h"

#include <fmt/format.h>

#include "cli/commands/open_trace.h"
#include "cli/events/event_text.h"
#include "cli/output.h"
#include "cli/shell/code_text.h"
#include "cli/text/escape.h"
#include "cli/text/quantity.h"

namespace mecrr::cli {
namespace {

class StopPrinter {
 public:
  explicit StopPrinter(Session& session) : session_(session) {}

  void operator()(const Reached&) const { print_place(); }
  void operator()(const BreakpointHit& hit) const {
    for (const LiveTask& task : session_.replay().tasks()) {
      if (task.tid == hit.tid) print_hit(task, hit);
    }
    print_place();
  }
  void operator()(const Interrupted&) const {
    print("interrupted\n");
    print_place();
  }
  void operator()(const Ended& ended) const {
    const auto events = counted(session_.reader().event_count(), "event", "events");
    print(ended.ending ? fmt::format("the recording ends here, after {}: {}\n", events,
                                     escaped(ending_text(*ended.ending)))
                       : fmt::format("the trace ends here, after {}: the recorder died\n", events));
    if (ended.tasks_left != 0)
      print(fmt::format("{} still alive\n", counted(ended.tasks_left, "task is", "tasks are")));
    for (const NumberedBreakpoint& each : session_.breakpoints().all()) {
      if (each.by_name && each.places.empty())
        print(fmt::format("breakpoint {} has waited in vain: nothing that was loaded has '{}'\n",
                          each.number, escaped(each.what)));
    }
  }
  void operator()(const Divergence& divergence) const {
    print("the replay differs from the recording, and cannot go on:\n");
    print(escaped_lines(report(divergence, session_.replay(), session_.reader())) + "\n");
  }

 private:
  void print_hit(const LiveTask& task, const BreakpointHit& hit) const {
    std::string numbers;
    for (const RuleId rule : hit.rules)
      numbers += fmt::format("{}{}", numbers.empty() ? " " : " and ", rule);
    print(fmt::format("breakpoint{}{}, {}, process {}, task {}\n", hit.rules.size() > 1 ? "s" : "",
                      numbers, address_text(session_.symbols(task.stream), hit.address), task.pid,
                      task.tid));
  }
  void print_place() const {
    print_instruction(session_);
    print_next_event(session_);
  }

  Session& session_;
};

}  // namespace

void print_instruction(Session& session) {
  const auto task = session.task();
  const auto registers = session.registers();
  if (!task || !registers) return;
  const RemoteAddress current(registers->rip);
  Symbols& symbols = session.symbols(task->stream);
  const auto lines = code_lines(session, *task, current, {}, 1);
  std::string text = lines.empty()
                         ? fmt::format("=> {}: no code here\n", address_text(symbols, current))
                         : listing_line(session, *task, lines.front(), current);
  if (const auto source = symbols.line_at(current))
    text.insert(text.size() - 1, fmt::format("    {}:{}", escaped(source->file), source->line));
  print(text);
}

void print_next_event(Session& session) {
  const pb::Event* event = session.replay().pending();
  if (event == nullptr) return;
  print(fmt::format("{}next event {}, task {}: {}{}\n", session.style().faint, event->order(),
                    event->tid(), EventText().text(*event), session.style().reset));
}

void print_stop(Session& session, const Advance& advance) {
  std::visit(StopPrinter(session), advance);
}

}  // namespace mecrr::cli
