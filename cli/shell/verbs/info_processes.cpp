#include <fmt/format.h>

#include "cli/output.h"
#include "cli/shell/verbs/verbs.h"
#include "cli/text/escape.h"

namespace mecrr::cli {
namespace {

Result<void> run(Session& session, std::string_view) {
  const auto current = session.task();
  print(fmt::format("  {:>7} {:>7} {:>7}  {}\n", "PID", "PARENT", "STREAM", "PROGRAM"));
  for (const LiveProcess& process : session.replay().processes()) {
    const bool is_current = current && current->pid == process.pid;
    print(fmt::format("{} {:>7} {:>7} {:>7}  {}\n", is_current ? '*' : ' ', process.pid,
                      process.parent, process.stream, command_line(process.arguments)));
  }
  return {};
}

}  // namespace

constinit const Topic kInfoProcesses = {"processes", "", "the processes that are alive now", run};

}  // namespace mecrr::cli
