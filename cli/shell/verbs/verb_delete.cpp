// delete: breakpoints, by number.
#include <array>
#include <vector>

#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 1> kAbbreviations = {"d"};

Result<void> run(Session& session, std::string_view arguments) {
  if (arguments.empty()) {
    while (!session.breakpoints().all().empty())
      session.breakpoints().remove(session, session.breakpoints().all().front().number);
    return {};
  }
  for (const std::string_view word : words(arguments)) {
    const std::uint64_t number = TRY(parse_count(word, 0));
    if (number > UINT32_MAX ||
        !session.breakpoints().remove(session, static_cast<unsigned>(number)))
      return fail("there is no breakpoint {}", number);
  }
  return {};
}

}  // namespace

constinit const Verb kDelete = {
    .name = "delete",
    .abbreviations = kAbbreviations,
    .arguments = "[NUMBER…]",
    .summary = "take breakpoints away: these, or all",
    .help = "Numbers are those of `info breakpoints`.",
    .run = run,
};

}  // namespace mecrr::cli
