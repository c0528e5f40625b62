// info: what there is to know at this moment, by topic. The topics are in files of their own.
#include <fmt/format.h>

#include <array>

#include "cli/output.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 1> kAbbreviations = {"i"};

Result<void> run(Session& session, std::string_view arguments) {
  const Line line = split(arguments);
  if (!line.word.empty()) return TRY(find_topic(line.word))->run(session, line.rest);
  for (const Topic* topic : topics()) {
    print(fmt::format("info {:<24} {}\n", fmt::format("{} {}", topic->name, topic->arguments),
                      topic->summary));
  }
  return {};
}

}  // namespace

constinit const Verb kInfo = {
    .name = "info",
    .abbreviations = kAbbreviations,
    .arguments = "TOPIC",
    .summary = "tell of registers, events, processes, threads or breakpoints",
    .help =
        "info registers [NAME…]   of the task that is looked at\n"
        "info events [COUNT]      of all processes, around here; => is the next to happen\n"
        "info processes           that are alive; * is the one that is looked at\n"
        "info threads             of all processes; * is the one that is looked at\n"
        "info breakpoints         with their places and how often they were hit",
    .completes = Completes::kTopics,
    .run = run,
};

}  // namespace mecrr::cli
