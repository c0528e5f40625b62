// Calls that wait for descriptors.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

using DescriptorSet = std::array<std::uint64_t, 16>;
constexpr long kShortNs = 1'000'000;
constexpr timespec kShort{0, kShortNs};

DescriptorSet set_of(int fd) {
  DescriptorSet set{};
  set[static_cast<std::size_t>(fd) / 64] = std::uint64_t{1} << fd % 64;
  return set;
}

/// A pipe with something to read in it, and one without.
std::array<pollfd, 2> ready_and_not(Scene& scene) {
  const auto [ready, writer] = scene.pipe();
  scene.need(::write(writer, "x", 1), "write");
  return {pollfd{ready, POLLIN, 0}, pollfd{scene.pipe().ours, POLLIN, 0}};
}

int epoll_of(Scene& scene) {
  const int epoll = scene.need(::epoll_create1(0), "epoll_create1");
  for (const pollfd& one : ready_and_not(scene)) {
    epoll_event event{EPOLLIN, {.fd = one.fd}};
    scene.need(::epoll_ctl(epoll, EPOLL_CTL_ADD, one.fd, &event), "epoll_ctl");
  }
  return epoll;
}

int timer(Scene& scene) {
  const int fd = scene.need(::timerfd_create(CLOCK_MONOTONIC, 0), "timerfd_create");
  const itimerspec later{{100, 5}, {1000, 7}};
  scene.need(::timerfd_settime(fd, 0, &later, nullptr), "timerfd_settime");
  return fd;
}

std::uint64_t mask_and_size(Scene& scene) {
  const std::array<std::uint64_t, 2> both{scene.put(std::uint64_t{0}), 8};
  return scene.put(both);
}

constexpr Case kCases[] = {
    {"poll", [](Scene& scene) { scene.ok(SYS_poll, scene.put(ready_and_not(scene)), 2, 0); }},
    {"poll_of_nothing", [](Scene& scene) { scene.ok(SYS_poll, scene.room(16), 0, 0); }},
    {"poll_interrupted",
     [](Scene& scene) {
       scene.interrupt();
       std::array<pollfd, 1> idle{pollfd{scene.pipe().ours, POLLIN, 0x55}};
       scene.fails(EINTR, SYS_poll, scene.put(idle), 1, -1);
     }},
    {"ppoll",
     [](Scene& scene) {
       scene.ok(SYS_ppoll, scene.put(ready_and_not(scene)), 2, scene.put(kShort),
                scene.put(std::uint64_t{0}), 8);
     }},
    {"ppoll_timed_out",
     [](Scene& scene) {
       const std::array<pollfd, 1> idle{pollfd{scene.pipe().ours, POLLIN, 0}};
       scene.ok(SYS_ppoll, scene.put(idle), 1, scene.put(kShort), 0, 8);
     }},
    {"ppoll_interrupted",
     [](Scene& scene) {
       scene.interrupt();
       const std::array<pollfd, 1> idle{pollfd{scene.pipe().ours, POLLIN, 0}};
       scene.fails(EINTR, SYS_ppoll, scene.put(idle), 1, scene.put(timespec{5, 0}), 0, 8);
     }},
    {"ppoll_with_a_wrong_time",
     [](Scene& scene) {
       scene.fails(EINVAL, SYS_ppoll, scene.put(ready_and_not(scene)), 2,
                   scene.put(timespec{0, -1}), 0, 8);
     }},
    {"select",
     [](Scene& scene) {
       const auto fds = ready_and_not(scene);
       DescriptorSet set = set_of(fds[0].fd);
       set[0] |= set_of(fds[1].fd)[0];
       scene.ok(SYS_select, fds[1].fd + 1, scene.put(set), scene.put(set), scene.put(set),
                scene.put(timeval{0, 1000}));
     }},
    {"select_over_several_words",
     [](Scene& scene) {
       const int fd = scene.need(::dup2(ready_and_not(scene)[0].fd, 200), "dup2");
       scene.ok(SYS_select, fd + 1, scene.put(set_of(fd)), 0, 0, scene.put(timeval{0, 1000}));
     }},
    {"select_interrupted",
     [](Scene& scene) {
       scene.interrupt();
       const int fd = scene.pipe().ours;
       scene.fails(EINTR, SYS_select, fd + 1, scene.put(set_of(fd)), 0, 0,
                   scene.put(timeval{5, 0}));
     }},
    {"select_on_a_closed_descriptor",
     [](Scene& scene) {
       scene.fails(EBADF, SYS_select, 61, scene.put(set_of(60)), 0, 0, scene.put(timeval{0, 1000}));
     }},
    {"pselect6",
     [](Scene& scene) {
       const int fd = ready_and_not(scene)[0].fd;
       scene.ok(SYS_pselect6, fd + 1, scene.put(set_of(fd)), 0, 0, scene.put(kShort),
                mask_and_size(scene));
     }},
    {"epoll_wait",
     [](Scene& scene) { scene.ok(SYS_epoll_wait, epoll_of(scene), scene.room(60), 5, 0); }},
    {"epoll_pwait",
     [](Scene& scene) {
       scene.ok(SYS_epoll_pwait, epoll_of(scene), scene.room(60), 5, 0, scene.put(std::uint64_t{0}),
                8);
     }},
    {"epoll_pwait2",
     [](Scene& scene) {
       scene.ok(SYS_epoll_pwait2, epoll_of(scene), scene.room(60), 5, scene.put(kShort),
                scene.put(std::uint64_t{0}), 8);
     }},
    {"timerfd_gettime",
     [](Scene& scene) { scene.ok(SYS_timerfd_gettime, timer(scene), scene.room(32)); }},
    {"timerfd_settime",
     [](Scene& scene) {
       const itimerspec soon{{0, 0}, {1, 0}};
       scene.ok(SYS_timerfd_settime, timer(scene), 0, scene.put(soon), scene.room(32));
     }},
};

}  // namespace

std::span<const Case> waiting_cases() { return kCases; }

}  // namespace mecrr::real_calls
