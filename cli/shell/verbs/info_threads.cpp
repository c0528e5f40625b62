#include <fmt/format.h>

#include "cli/output.h"
#include "cli/shell/code_text.h"
#include "cli/shell/verbs/verbs.h"
#include "device/calls/table.h"

namespace mecrr::cli {
namespace {

std::string call_in_progress(const LiveTask& task) {
  if (!task.call) return {};
  const calls::Call* row = calls::find(*task.call);
  return fmt::format(", in {}",
                     row == nullptr ? fmt::format("call_{}", *task.call) : std::string(row->name));
}

Result<void> run(Session& session, std::string_view) {
  const auto current = session.task();
  print(fmt::format("  {:>7} {:>7}  {}\n", "TID", "PID", "AT"));
  for (const LiveTask& task : session.replay().tasks()) {
    const bool is_current = current && current->tid == task.tid;
    const auto registers = session.replay().registers(task.tid);
    const std::string place =
        registers ? address_text(session.symbols(task.stream), RemoteAddress(registers->rip))
                  : registers.error().message;
    print(fmt::format("{} {:>7} {:>7}  {}{}\n", is_current ? '*' : ' ', task.tid, task.pid, place,
                      call_in_progress(task)));
  }
  return {};
}

}  // namespace

constinit const Topic kInfoThreads = {"threads", "", "the tasks that are alive now, and where",
                                      run};

}  // namespace mecrr::cli
