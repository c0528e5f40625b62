// mecrr: the program. What each command does is in commands/.
#include <variant>

#include "cli/commands/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/standard_descriptors.h"

int main(int argc, char** argv) {
  if (auto occupied = mecrr::cli::occupy_standard_descriptors(); !occupied) {
    mecrr::cli::complain(occupied.error());
    return mecrr::cli::kFailure;
  }
  const auto command = mecrr::cli::parse_options(argc, argv);
  if (!command) return command.error();
  return std::visit([](const auto& given) { return mecrr::cli::run(given); }, *command);
}
