// Calls on clocks and timers.
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr itimerspec kLater{{0, 0}, {1000, 0}};

/// The kernel's number of a timer that runs.
int timer(Scene& scene) {
  int number = 0;
  sigevent event{};
  event.sigev_notify = SIGEV_NONE;
  scene.need(::syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &number), "timer_create");
  scene.need(::syscall(SYS_timer_settime, number, 0, &kLater, nullptr), "timer_settime");
  return number;
}

constexpr Case kCases[] = {
    {"nanosleep",
     [](Scene& scene) { scene.ok(SYS_nanosleep, scene.put(timespec{0, 1000}), scene.room(16)); }},
    {"nanosleep_interrupted",
     [](Scene& scene) {
       scene.interrupt();
       scene.fails(EINTR, SYS_nanosleep, scene.put(timespec{5, 0}), scene.room(16));
     }},
    {"clock_nanosleep_interrupted",
     [](Scene& scene) {
       scene.interrupt();
       scene.fails(EINTR, SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, scene.put(timespec{5, 0}),
                   scene.room(16));
     }},
    {"clock_nanosleep_until_interrupted",
     [](Scene& scene) {
       scene.interrupt();
       timespec when{};
       ::clock_gettime(CLOCK_MONOTONIC, &when);
       when.tv_sec += 5;
       scene.fails(EINTR, SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, scene.put(when),
                   scene.room(16));
     }},
    {"getitimer", [](Scene& scene) { scene.ok(SYS_getitimer, ITIMER_VIRTUAL, scene.room(32)); }},
    {"setitimer",
     [](Scene& scene) {
       const itimerval value{{0, 0}, {1000, 0}};
       scene.ok(SYS_setitimer, ITIMER_VIRTUAL, scene.put(value), scene.room(32));
     }},
    {"gettimeofday",
     [](Scene& scene) { scene.ok(SYS_gettimeofday, scene.room(16), scene.room(8)); }},
    {"times", [](Scene& scene) { scene.ok(SYS_times, scene.room(64)); }},
    {"time", [](Scene& scene) { scene.ok(SYS_time, scene.room(8)); }},
    {"adjtimex", [](Scene& scene) { scene.ok(SYS_adjtimex, scene.put(timex{})); }},
    {"clock_adjtime",
     [](Scene& scene) { scene.ok(SYS_clock_adjtime, CLOCK_REALTIME, scene.put(timex{})); }},
    {"clock_adjtime_of_a_clock_without",
     [](Scene& scene) {
       scene.fails(EOPNOTSUPP, SYS_clock_adjtime, CLOCK_MONOTONIC, scene.put(timex{}));
     }},
    {"adjtimex_with_a_wrong_tick",
     [](Scene& scene) {
       timex time{};
       time.modes = ADJ_TICK;
       time.tick = 1;
       if (scene.call(SYS_adjtimex, scene.put(time)) >= 0) scene.ok(SYS_adjtimex, 0);
     }},
    {"timer_create",
     [](Scene& scene) { scene.ok(SYS_timer_create, CLOCK_MONOTONIC, 0, scene.room(8)); }},
    {"timer_gettime",
     [](Scene& scene) { scene.ok(SYS_timer_gettime, timer(scene), scene.room(32)); }},
    {"timer_settime",
     [](Scene& scene) {
       scene.ok(SYS_timer_settime, timer(scene), 0, scene.put(kLater), scene.room(32));
     }},
    {"clock_gettime",
     [](Scene& scene) { scene.ok(SYS_clock_gettime, CLOCK_REALTIME, scene.room(16)); }},
    {"clock_gettime_of_no_clock",
     [](Scene& scene) { scene.fails(EINVAL, SYS_clock_gettime, 99, scene.room(16)); }},
    {"clock_getres",
     [](Scene& scene) { scene.ok(SYS_clock_getres, CLOCK_REALTIME, scene.room(16)); }},
};

}  // namespace

std::span<const Case> time_cases() { return kCases; }

}  // namespace mecrr::real_calls
