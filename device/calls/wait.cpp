// Calls that wait for descriptors, and the descriptors made for it. How to add one: README.md here.
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>

#include "device/calls/call.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr Argument sigset(Amount room) { return in(room).as("sigset_t"); }
constexpr Argument fd_sets() { return inout(bits(0)).as("fd_set"); }
// What is left of the time: on errors too, but not of a time of 0.
template <class T>
constexpr Argument time_left() {
  return inout<T>().on(When::kAlways);
}
// Only `revents` of each is written, 2 bytes of 8: one range over all is shorter to say than many.
constexpr Argument pollfds() { return inout<pollfd>(arg(1)).on(When::kRan); }

// clang-format off
constexpr Call kWaitCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_poll, "poll", {pollfds(), uint(), sint()}, kAnswer, kMaybe},
    {SYS_select, "select", {sint(), fd_sets(), fd_sets(), fd_sets(), time_left<timeval>()}, kAnswer, kMaybe},
    {SYS_epoll_create, "epoll_create", {sint()}},
    {SYS_epoll_wait, "epoll_wait", {fd(), out<epoll_event>(arg(2), result()), sint(), sint()}, kAnswer, kMaybe},
    {SYS_epoll_ctl, "epoll_ctl", {fd(), flags(kEpollOperations), fd(), in<epoll_event>()}},
    {SYS_inotify_init, "inotify_init", {}},
    {SYS_inotify_add_watch, "inotify_add_watch", {fd(), path(), flags(kInotifyEvents)}},
    {SYS_inotify_rm_watch, "inotify_rm_watch", {fd(), sint()}},
    // The last argument points to a pointer to a signal mask and the mask's size.
    {SYS_pselect6, "pselect6",
     {sint(), fd_sets(), fd_sets(), fd_sets(), time_left<timespec>(), in(bytes(16)).as("sigset_argpack")}, kAnswer, kMaybe},
    {SYS_ppoll, "ppoll", {pollfds(), uint(), time_left<timespec>(), sigset(arg(4)), size()}, kAnswer, kMaybe},
    {SYS_epoll_pwait, "epoll_pwait",
     {fd(), out<epoll_event>(arg(2), result()), sint(), sint(), sigset(arg(5)), size()}, kAnswer, kMaybe},
    {SYS_signalfd, "signalfd", {fd(), sigset(arg(2)), size()}},
    {SYS_timerfd_create, "timerfd_create", {flags(kClocks), flags(kTimerfdFlags)}},
    {SYS_eventfd, "eventfd", {uint()}},
    {SYS_timerfd_settime, "timerfd_settime", {fd(), flags(kTimerfdSetFlags), in<itimerspec>(), out<itimerspec>()}},
    {SYS_timerfd_gettime, "timerfd_gettime", {fd(), out<itimerspec>()}},
    {SYS_signalfd4, "signalfd4", {fd(), sigset(arg(2)), size(), flags(kSignalfdFlags)}},
    {SYS_eventfd2, "eventfd2", {uint(), flags(kEventfdFlags)}},
    {SYS_epoll_create1, "epoll_create1", {flags(kEpollFlags)}},
    {SYS_inotify_init1, "inotify_init1", {flags(kInotifyFlags)}},
    {SYS_fanotify_init, "fanotify_init", {flags(kFanotifyFlags), flags(kOpenFlags)}},
    {SYS_fanotify_mark, "fanotify_mark",
     {fd(), flags(kFanotifyMarkFlags), wide_flags(kFanotifyEvents), directory(), path()}},
    {SYS_epoll_pwait2, "epoll_pwait2",
     {fd(), out<epoll_event>(arg(2), result()), sint(), in<timespec>(), sigset(arg(5)), size()}, kAnswer, kMaybe},
};
// clang-format on
static_assert(well_formed(kWaitCalls));

}  // namespace

std::span<const Call> wait_calls() { return kWaitCalls; }

}  // namespace mecrr::calls
