// Calls on sockets.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr int kLoopback = 0x7f000001;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = port;
  address.sin_addr.s_addr = htonl(kLoopback);
  return address;
}

template <class Address>
const sockaddr* as_sockaddr(const Address& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

/// A socket at a port of its own on the loopback interface.
int bound(Scene& scene, int type) {
  const int fd = scene.need(::socket(AF_INET, type, 0), "socket");
  const sockaddr_in address = loopback(0);
  scene.need(::bind(fd, as_sockaddr(address), sizeof address), "bind");
  return fd;
}

sockaddr_in name_of(Scene& scene, int fd) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  scene.need(::getsockname(fd, static_cast<sockaddr*>(static_cast<void*>(&address)), &length),
             "getsockname");
  return address;
}

/// A listening socket that somebody has connected to.
int with_a_caller(Scene& scene) {
  const int listening = bound(scene, SOCK_STREAM);
  scene.need(::listen(listening, 5), "listen");
  const int caller = scene.need(::socket(AF_INET, SOCK_STREAM, 0), "socket");
  const sockaddr_in address = name_of(scene, listening);
  scene.need(::connect(caller, as_sockaddr(address), sizeof address), "connect");
  return listening;
}

/// A datagram socket that so many messages have come to.
int with_datagrams(Scene& scene, int count) {
  const int fd = bound(scene, SOCK_DGRAM);
  const int sender = bound(scene, SOCK_DGRAM);
  const sockaddr_in address = name_of(scene, fd);
  for (int i = 0; i < count; ++i)
    scene.need(::sendto(sender, "abcdefgh", 8, 0, as_sockaddr(address), sizeof address), "sendto");
  return fd;
}

std::uint64_t length(Scene& scene, socklen_t bytes) { return scene.put(bytes); }

/// A struct msghdr as the kernel has it.
struct Message {
  std::uint64_t name;
  std::uint64_t name_bytes;
  std::uint64_t parts, part_count;
  std::uint64_t control, control_bytes;
  std::uint64_t flags;
};

Message to_receive(Scene& scene) {
  return {.name = scene.room(64),
          .name_bytes = 64,
          .parts = scene.iovecs({{scene.room(5), 5}, {scene.room(30), 30}}),
          .part_count = 2,
          .control = scene.room(256),
          .control_bytes = 256,
          .flags = 0};
}

struct CountedMessage {
  Message message;
  std::uint64_t bytes;
};

std::array<CountedMessage, 3> three_to_receive(Scene& scene) {
  return {CountedMessage{to_receive(scene), 0}, CountedMessage{to_receive(scene), 0},
          CountedMessage{to_receive(scene), 0}};
}

void send_descriptor(Scene& scene, int over) {
  std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{const_cast<char*>("abc"), 3};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &over, sizeof over);
  scene.need(::sendmsg(over, &message, 0), "sendmsg");
}

constexpr Case kCases[] = {
    {"accept",
     [](Scene& scene) {
       scene.ok(SYS_accept, with_a_caller(scene), scene.room(64), length(scene, 64));
     }},
    {"accept_with_little_room",
     [](Scene& scene) {
       scene.ok(SYS_accept, with_a_caller(scene), scene.room(64), length(scene, 3));
     }},
    {"accept_without_address",
     [](Scene& scene) { scene.ok(SYS_accept, with_a_caller(scene), 0, 0); }},
    {"accept_with_a_length_but_no_address",
     [](Scene& scene) { scene.ok(SYS_accept, with_a_caller(scene), 0, length(scene, 64)); }},
    {"accept4",
     [](Scene& scene) {
       scene.ok(SYS_accept4, with_a_caller(scene), scene.room(64), length(scene, 64), SOCK_CLOEXEC);
     }},
    {"getsockname",
     [](Scene& scene) {
       scene.ok(SYS_getsockname, bound(scene, SOCK_STREAM), scene.room(64), length(scene, 64));
     }},
    {"getsockname_of_a_socket_without_one",
     [](Scene& scene) {
       const int fd = scene.sockets(AF_UNIX, SOCK_STREAM).ours;
       scene.ok(SYS_getsockname, fd, scene.room(64), length(scene, 64));
     }},
    {"getpeername",
     [](Scene& scene) {
       const int fd = scene.need(::accept(with_a_caller(scene), nullptr, nullptr), "accept");
       scene.ok(SYS_getpeername, fd, scene.room(64), length(scene, 64));
     }},
    {"getpeername_of_nobody",
     [](Scene& scene) {
       scene.fails(ENOTCONN, SYS_getpeername, bound(scene, SOCK_STREAM), scene.room(64),
                   length(scene, 64));
     }},
    {"socketpair",
     [](Scene& scene) { scene.ok(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, scene.room(8)); }},
    {"recvfrom",
     [](Scene& scene) {
       scene.ok(SYS_recvfrom, with_datagrams(scene, 1), scene.room(50), 50, 0, scene.room(64),
                length(scene, 64));
     }},
    {"recvfrom_cut",
     [](Scene& scene) {
       scene.ok(SYS_recvfrom, with_datagrams(scene, 1), scene.room(50), 3, 0, scene.room(64),
                length(scene, 5));
     }},
    {"recvfrom_cut_with_the_true_length",
     [](Scene& scene) {
       scene.ok(SYS_recvfrom, with_datagrams(scene, 1), scene.room(50), 3, MSG_TRUNC,
                scene.room(64), length(scene, 64));
     }},
    {"recvfrom_a_stream",
     [](Scene& scene) {
       const auto [ours, theirs] = scene.sockets(AF_UNIX, SOCK_STREAM);
       scene.need(::write(theirs, "abc", 3), "write");
       scene.ok(SYS_recvfrom, ours, scene.room(50), 50, 0, scene.room(64), length(scene, 64));
     }},
    {"recvfrom_with_nothing_there",
     [](Scene& scene) {
       scene.fails(EAGAIN, SYS_recvfrom, bound(scene, SOCK_DGRAM), scene.room(50), 50, MSG_DONTWAIT,
                   scene.room(64), length(scene, 64));
     }},
    {"recvmsg",
     [](Scene& scene) {
       scene.ok(SYS_recvmsg, with_datagrams(scene, 1), scene.put(to_receive(scene)), 0);
     }},
    {"recvmsg_cut_with_the_true_length",
     [](Scene& scene) {
       Message message = to_receive(scene);
       message.part_count = 1;
       scene.ok(SYS_recvmsg, with_datagrams(scene, 1), scene.put(message), MSG_TRUNC);
     }},
    {"recvmsg_without_name",
     [](Scene& scene) {
       Message message = to_receive(scene);
       message.name = 0;
       scene.ok(SYS_recvmsg, with_datagrams(scene, 1), scene.put(message), 0);
     }},
    {"recvmsg_with_control_data",
     [](Scene& scene) {
       const auto [ours, theirs] = scene.sockets(AF_UNIX, SOCK_STREAM);
       send_descriptor(scene, theirs);
       scene.ok(SYS_recvmsg, ours, scene.put(to_receive(scene)), 0);
     }},
    {"recvmsg_with_little_room_for_control_data",
     [](Scene& scene) {
       const auto [ours, theirs] = scene.sockets(AF_UNIX, SOCK_STREAM);
       send_descriptor(scene, theirs);
       Message message = to_receive(scene);
       message.control_bytes = 17;
       scene.ok(SYS_recvmsg, ours, scene.put(message), 0);
     }},
    {"recvmsg_with_nothing_there",
     [](Scene& scene) {
       scene.fails(EAGAIN, SYS_recvmsg, bound(scene, SOCK_DGRAM), scene.put(to_receive(scene)),
                   MSG_DONTWAIT);
     }},
    {"recvmmsg",
     [](Scene& scene) {
       const int fd = with_datagrams(scene, 2);
       scene.ok(SYS_recvmmsg, fd, scene.put(three_to_receive(scene)), 3, MSG_DONTWAIT,
                scene.put(timespec{1, 0}));
     }},
    {"recvmmsg_waiting_for_all",
     [](Scene& scene) {
       scene.interrupt();
       const int fd = with_datagrams(scene, 2);
       scene.ok(SYS_recvmmsg, fd, scene.put(three_to_receive(scene)), 3, 0,
                scene.put(timespec{1, 0}));
     }},
    {"recvmmsg_with_nothing_there",
     [](Scene& scene) {
       scene.fails(EAGAIN, SYS_recvmmsg, bound(scene, SOCK_DGRAM),
                   scene.put(three_to_receive(scene)), 3, MSG_DONTWAIT, scene.put(timespec{1, 0}));
     }},
    {"sendmmsg",
     [](Scene& scene) {
       const int fd = scene.sockets(AF_UNIX, SOCK_DGRAM).ours;
       Message message = to_receive(scene);
       message.name = 0;
       message.control = message.control_bytes = 0;
       const std::array<CountedMessage, 2> both{CountedMessage{message, 0},
                                                CountedMessage{message, 0}};
       scene.ok(SYS_sendmmsg, fd, scene.put(both), 2, 0);
     }},
};

}  // namespace

std::span<const Case> socket_cases() { return kCases; }

}  // namespace mecrr::real_calls
