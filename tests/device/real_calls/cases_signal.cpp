// Calls on signals.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr std::uint64_t kMask = std::uint64_t{1} << (SIGUSR1 - 1);

/// SIGUSR1 is blocked, and pending.
void have_pending(Scene& scene) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGUSR1);
  scene.need(::sigprocmask(SIG_BLOCK, &set, nullptr), "sigprocmask");
  scene.need(::kill(::getpid(), SIGUSR1), "kill");
}

constexpr Case kCases[] = {
    {"rt_sigaction",
     [](Scene& scene) { scene.ok(SYS_rt_sigaction, SIGUSR1, 0, scene.room(64), 8); }},
    {"rt_sigaction_of_no_signal",
     [](Scene& scene) { scene.fails(EINVAL, SYS_rt_sigaction, 99, 0, scene.room(64), 8); }},
    {"rt_sigprocmask",
     [](Scene& scene) {
       scene.ok(SYS_rt_sigprocmask, SIG_BLOCK, scene.put(kMask), scene.room(16), 8);
     }},
    {"rt_sigpending",
     [](Scene& scene) {
       have_pending(scene);
       scene.ok(SYS_rt_sigpending, scene.room(16), 8);
     }},
    {"rt_sigpending_of_fewer_bytes",
     [](Scene& scene) { scene.ok(SYS_rt_sigpending, scene.room(16), 4); }},
    {"rt_sigtimedwait",
     [](Scene& scene) {
       have_pending(scene);
       scene.ok(SYS_rt_sigtimedwait, scene.put(kMask), scene.room(128), scene.put(timespec{1, 0}),
                8);
     }},
    {"rt_sigtimedwait_timed_out",
     [](Scene& scene) {
       scene.fails(EAGAIN, SYS_rt_sigtimedwait, scene.put(kMask), scene.room(128),
                   scene.put(timespec{0, 1}), 8);
     }},
    {"rt_sigtimedwait_interrupted",
     [](Scene& scene) {
       scene.interrupt();
       scene.fails(EINTR, SYS_rt_sigtimedwait, scene.put(kMask), scene.room(128),
                   scene.put(timespec{5, 0}), 8);
     }},
    {"sigaltstack", [](Scene& scene) { scene.ok(SYS_sigaltstack, 0, scene.room(24)); }},
};

}  // namespace

std::span<const Case> signal_cases() { return kCases; }

}  // namespace mecrr::real_calls
