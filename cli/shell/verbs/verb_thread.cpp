// thread: looks at another task.
#include <fmt/format.h>

#include <algorithm>

#include "cli/output.h"
#include "cli/shell/place_text.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

Result<void> run(Session& session, std::string_view arguments) {
  if (!arguments.empty()) {
    const std::uint64_t number = TRY(parse_count(arguments, 0));
    const auto tasks = session.replay().tasks();
    const auto found = std::ranges::find_if(tasks, [&](const LiveTask& task) {
      return static_cast<std::uint64_t>(task.tid.value()) == number;
    });
    if (found == tasks.end()) return fail("no task {} is alive; info threads lists them", number);
    session.select(found->tid);
  }
  const LiveTask task = TRY(session.task());
  print(fmt::format("task {} of process {}\n", task.tid, task.pid));
  print_instruction(session);
  return {};
}

}  // namespace

constinit const Verb kThread = {
    .name = "thread",
    .abbreviations = {},
    .arguments = "[TID]",
    .summary = "look at another task: its registers, memory, backtrace",
    .help =
        "Until the replay moves: then the task whose event is next is looked at. Tasks run in the\n"
        "order of the recording, whichever is looked at.",
    .run = run,
};

}  // namespace mecrr::cli
