// Calls on clocks, timers and sleeping. How to add one: README.md here.
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <time.h>

#include "device/calls/call.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

using KernelTimer = std::int32_t;  // timer_t of the kernel; glibc's is a pointer
struct timezone_minutes {          // struct timezone: minutes west, kind of summer time
  int west, summer;
};

constexpr Argument timezone_in() { return in<timezone_minutes>().as("timezone"); }
constexpr Argument timezone_out() { return out<timezone_minutes>().as("timezone"); }

// clang-format off
constexpr Call kTimeCalls[] = {
    // number, name, arguments, replay, blocks
    // The remaining time is written only when a signal ends the sleep.
    {SYS_nanosleep, "nanosleep", {in<timespec>(), out<timespec>().on(When::kInterrupted)}, kAnswer, kMaybe},
    {SYS_getitimer, "getitimer", {flags(kIntervalTimers), out<itimerval>()}},
    {SYS_alarm, "alarm", {uint()}},
    {SYS_setitimer, "setitimer", {flags(kIntervalTimers), in<itimerval>(), out<itimerval>()}},
    {SYS_gettimeofday, "gettimeofday", {out<timeval>(), timezone_out()}},
    {SYS_times, "times", {out<tms>()}},
    // Written whatever the result.
    {SYS_adjtimex, "adjtimex", {inout<timex>().on(When::kAlways)}},
    {SYS_settimeofday, "settimeofday", {in<timeval>(), timezone_in()}},
    {SYS_time, "time", {out<std::int64_t>().as("time_t")}},
    {SYS_timer_create, "timer_create", {flags(kClocks), in<sigevent>(), out<KernelTimer>().as("timer_t")}},
    {SYS_timer_settime, "timer_settime", {sint(), flags(kTimerFlags), in<itimerspec>(), out<itimerspec>()}},
    {SYS_timer_gettime, "timer_gettime", {sint(), out<itimerspec>()}},
    {SYS_timer_getoverrun, "timer_getoverrun", {sint()}},
    {SYS_timer_delete, "timer_delete", {sint()}},
    {SYS_clock_settime, "clock_settime", {flags(kClocks), in<timespec>()}},
    {SYS_clock_gettime, "clock_gettime", {flags(kClocks), out<timespec>()}},
    {SYS_clock_getres, "clock_getres", {flags(kClocks), out<timespec>()}},
    // Not with TIMER_ABSTIME, but then it does no harm to say so: the memory is as it was.
    {SYS_clock_nanosleep, "clock_nanosleep",
     {flags(kClocks), flags(kTimerFlags), in<timespec>(), out<timespec>().on(When::kInterrupted)}, kAnswer, kMaybe},
    {SYS_clock_adjtime, "clock_adjtime", {flags(kClocks), inout<timex>()}},
};
// clang-format on
static_assert(well_formed(kTimeCalls));

}  // namespace

std::span<const Call> time_calls() { return kTimeCalls; }

}  // namespace mecrr::calls
