#include "cli/commands/recording_cache.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "trace-format/packed_cache.h"

namespace mecrr::cli {
namespace {

/// So that nobody waits for an end of file, or for the terminal.
bool leave_everything() {
  if (::setsid() < 0 || ::syscall(SYS_close_range, 0U, ~0U, 0U) != 0) return false;
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::open("/dev/null", O_RDWR) != standard) return false;
  return ::chdir("/") == 0;
}

bool be_modest() {
  constexpr rlim_t kMost_s = 60;
  const rlimit limit{.rlim_cur = kMost_s, .rlim_max = kMost_s};
  const sched_param none{};
  return ::sched_setscheduler(0, SCHED_IDLE, &none) == 0 && ::setrlimit(RLIMIT_CPU, &limit) == 0;
}

}  // namespace

std::string cache_folder() {
  const auto variable = [](const char* name) -> std::optional<std::string> {
    const char* value = ::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  if (const auto folder = variable("MECRR_CACHE_DIR")) return *folder;
  if (const auto folder = variable("XDG_CACHE_HOME"); folder && folder->starts_with('/'))
    return *folder + "/mecrr/contents";
  if (const auto home = variable("HOME"); home && home->starts_with('/'))
    return *home + "/.cache/mecrr/contents";
  return {};
}

// Forked twice, so that it is not our child.
void pack_cache_later() {
  const pid_t child = ::fork();
  if (child < 0) return;
  if (child > 0) {
    (void)::waitpid(child, nullptr, 0);
    return;
  }
  if (::fork() != 0 || !leave_everything() || !be_modest()) ::_exit(0);
  if (const auto cache = PackedCache::open(cache_folder())) (void)cache->pack_better();
  ::_exit(0);
}

}  // namespace mecrr::cli
