// quit: leaves the shell.
#include <array>

#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 2> kAbbreviations = {"q", "exit"};

Result<void> run(Session& session, std::string_view) {
  session.wants_to_quit = true;
  return {};
}

}  // namespace

constinit const Verb kQuit = {
    .name = "quit",
    .abbreviations = kAbbreviations,
    .arguments = "",
    .summary = "leave",
    .help = "So does the end of the input: Ctrl-D.",
    .run = run,
};

}  // namespace mecrr::cli
