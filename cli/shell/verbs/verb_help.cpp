// help: what verbs there are, or how one is used.
#include <fmt/format.h>

#include <array>

#include "cli/output.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 2> kAbbreviations = {"h", "?"};

void print_all() {
  for (const Verb* verb : verbs())
    print(fmt::format("{:<32} {}\n", fmt::format("{} {}", verb->name, verb->arguments),
                      verb->summary));
  print(
      "\nNames can be shortened as long as one verb only begins so. An empty line does stepi,\n"
      "continue and x again. help VERB tells more.\n");
}

Result<void> run(Session&, std::string_view arguments) {
  if (arguments.empty()) {
    print_all();
    return {};
  }
  const Verb* verb = TRY(find_verb(split(arguments).word));
  print(fmt::format("{} {}\n{}\n", verb->name, verb->arguments, verb->summary));
  if (!verb->abbreviations.empty())
    print(fmt::format("short: {}\n", fmt::join(verb->abbreviations, ", ")));
  print(fmt::format("\n{}\n", verb->help));
  return {};
}

}  // namespace

constinit const Verb kHelp = {
    .name = "help",
    .abbreviations = kAbbreviations,
    .arguments = "[VERB]",
    .summary = "list the verbs, or tell of one",
    .help = "help break",
    .completes = Completes::kVerbs,
    .run = run,
};

}  // namespace mecrr::cli
