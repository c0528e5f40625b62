// mecrr: the program. What each command does is in commands/.
#include <malloc.h>

#include <variant>

#include "cli/commands/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/standard_descriptors.h"

namespace {

/// Frames of megabytes come and go: their memory is kept, since getting it from the kernel anew,
/// page by page, costs more than what is done with it.
void keep_freed_memory() {
  constexpr int kLargestAllowed = 32 << 20, kKept = 256 << 20;
  // If it is refused, mecrr is slower, and nothing else.
  (void)::mallopt(M_MMAP_THRESHOLD, kLargestAllowed);
  (void)::mallopt(M_TRIM_THRESHOLD, kKept);
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  if (auto occupied = mecrr::cli::occupy_standard_descriptors(); !occupied) {
    mecrr::cli::complain(occupied.error());
    return mecrr::cli::kFailure;
  }
  const auto command = mecrr::cli::parse_options(argc, argv);
  if (!command) return command.error();
  return std::visit([](const auto& given) { return mecrr::cli::run(given); }, *command);
}
