// getsockopt: each option that the table names, on each kind of socket, with different room.
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>

#include "device/calls/commands.h"
#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

void all_options(Scene& scene, int fd) {
  for (const calls::Command& option : calls::kGetsockoptCommands.rows) {
    if (option.replay == calls::Replay::kRefuse) continue;
    const auto level = static_cast<int>(option.value >> 32);
    const auto name = static_cast<int>(option.value & 0xffff'ffff);
    for (const socklen_t room : {0, 1, 4, 200})
      scene.call(SYS_getsockopt, fd, level, name, scene.room(room), scene.put(room));
  }
}

int made(Scene& scene, int family, int type, int protocol) {
  return scene.need(::socket(family, type, protocol), "socket");
}

constexpr Case kCases[] = {
    {"getsockopt",
     [](Scene& scene) {
       scene.ok(SYS_getsockopt, made(scene, AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_TYPE,
                scene.room(8), scene.put(socklen_t{8}));
     }},
    {"getsockopt_of_tcp",
     [](Scene& scene) { all_options(scene, made(scene, AF_INET, SOCK_STREAM, 0)); }},
    {"getsockopt_of_tcp6",
     [](Scene& scene) { all_options(scene, made(scene, AF_INET6, SOCK_STREAM, 0)); }},
    {"getsockopt_of_udp",
     [](Scene& scene) { all_options(scene, made(scene, AF_INET, SOCK_DGRAM, 0)); }},
    {"getsockopt_of_udp6",
     [](Scene& scene) { all_options(scene, made(scene, AF_INET6, SOCK_DGRAM, 0)); }},
    {"getsockopt_of_unix",
     [](Scene& scene) { all_options(scene, scene.sockets(AF_UNIX, SOCK_STREAM).ours); }},
    {"getsockopt_of_netlink",
     [](Scene& scene) { all_options(scene, made(scene, AF_NETLINK, SOCK_RAW, 0)); }},
    {"SO_GET_FILTER",
     [](Scene& scene) {
       const int fd = made(scene, AF_INET, SOCK_DGRAM, 0);
       std::array<sock_filter, 2> filter{sock_filter{BPF_LD | BPF_IMM, 0, 0, 1},
                                         sock_filter{BPF_RET | BPF_K, 0, 0, 0}};
       const sock_fprog program{filter.size(), filter.data()};
       scene.need(::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program),
                  "SO_ATTACH_FILTER");
       scene.ok(SYS_getsockopt, fd, SOL_SOCKET, SO_GET_FILTER, scene.room(64),
                scene.put(socklen_t{8}));
       scene.ok(SYS_getsockopt, fd, SOL_SOCKET, SO_GET_FILTER, scene.room(64),
                scene.put(socklen_t{0}));
     }},
};

}  // namespace

std::span<const Case> option_cases() { return kCases; }

}  // namespace mecrr::real_calls
