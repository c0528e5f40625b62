// ioctls of sockets and network interfaces.
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

int udp(Scene& scene) { return scene.need(::socket(AF_INET, SOCK_DGRAM, 0), "socket"); }

std::uint64_t loopback(Scene& scene) {
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_ifindex = 77;  // none of the answers
  return scene.put(request);
}

template <std::uint64_t kCode>
void on_interface(Scene& scene) {
  scene.call(SYS_ioctl, udp(scene), kCode, loopback(scene));
}

template <std::uint64_t kCode>
void on_socket(Scene& scene) {
  scene.ok(SYS_ioctl, scene.sockets(AF_UNIX, SOCK_STREAM).ours, kCode, scene.room(32));
}

/// On a datagram socket that has read something.
template <std::uint64_t kCode>
void on_receiver(Scene& scene) {
  const int fd = udp(scene);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t length = sizeof address;
  auto* any = static_cast<sockaddr*>(static_cast<void*>(&address));
  scene.need(::bind(fd, any, length), "bind");
  scene.need(::getsockname(fd, any, &length), "getsockname");
  scene.call(SYS_ioctl, fd, kCode, scene.room(32));  // switches timestamps on
  scene.need(::sendto(fd, "x", 1, 0, any, length), "sendto");
  std::array<char, 8> byte{};
  scene.need(::recv(fd, byte.data(), byte.size(), 0), "recv");
  scene.ok(SYS_ioctl, fd, kCode, scene.room(32));
}

constexpr Case kCases[] = {
    {"FIOGETOWN", on_socket<0x8903>},
    {"SIOCGPGRP", on_socket<0x8904>},
    {"FIONREAD of a socket", on_socket<0x541B>},
    {"TIOCOUTQ of a socket", on_socket<0x5411>},
    {"SIOCATMARK",
     [](Scene& scene) {
       const int fd = scene.need(::socket(AF_INET, SOCK_STREAM, 0), "socket");
       scene.ok(SYS_ioctl, fd, 0x8905, scene.room(32));
       scene.ok(SYS_ioctl, fd, SIOCOUTQNSD, scene.room(32));
     }},
    {"SIOCGSTAMP", on_receiver<0x8906>},
    {"SIOCGSTAMPNS", on_receiver<0x8907>},
    {"SIOCGIFNAME",
     [](Scene& scene) {
       ifreq request{};
       request.ifr_ifindex = 1;
       scene.ok(SYS_ioctl, udp(scene), SIOCGIFNAME, scene.put(request));
     }},
    {"SIOCGIFCONF",
     [](Scene& scene) {
       const std::array<std::uint64_t, 2> list{400, scene.room(400)};
       scene.ok(SYS_ioctl, udp(scene), SIOCGIFCONF, scene.put(list));
     }},
    {"SIOCGIFCONF_asking_for_the_size",
     [](Scene& scene) {
       const std::array<std::uint64_t, 2> list{400, 0};
       scene.ok(SYS_ioctl, udp(scene), SIOCGIFCONF, scene.put(list));
     }},
    {"SIOCGIFCONF_with_little_room",
     [](Scene& scene) {
       const std::array<std::uint64_t, 2> list{50, scene.room(50)};
       scene.ok(SYS_ioctl, udp(scene), SIOCGIFCONF, scene.put(list));
     }},
    {"SIOCGIFFLAGS", on_interface<SIOCGIFFLAGS>},
    {"SIOCGIFADDR", on_interface<SIOCGIFADDR>},
    {"SIOCGIFDSTADDR", on_interface<SIOCGIFDSTADDR>},
    {"SIOCGIFBRDADDR", on_interface<SIOCGIFBRDADDR>},
    {"SIOCGIFNETMASK", on_interface<SIOCGIFNETMASK>},
    {"SIOCGIFMETRIC", on_interface<SIOCGIFMETRIC>},
    {"SIOCGIFMTU", on_interface<SIOCGIFMTU>},
    {"SIOCGIFHWADDR", on_interface<SIOCGIFHWADDR>},
    {"SIOCGIFINDEX", on_interface<SIOCGIFINDEX>},
    {"SIOCGIFPFLAGS", on_interface<SIOCGIFPFLAGS>},
    {"SIOCGIFCOUNT", on_interface<SIOCGIFCOUNT>},
    {"SIOCGIFTXQLEN", on_interface<SIOCGIFTXQLEN>},
    {"SIOCGIFMAP", on_interface<SIOCGIFMAP>},
    {"SIOCGIWNAME", on_interface<0x8B01>},
    {"SIOCGARP",
     [](Scene& scene) {
       arpreq request{};
       std::strcpy(request.arp_dev, "lo");
       request.arp_pa.sa_family = AF_INET;
       scene.call(SYS_ioctl, udp(scene), SIOCGARP, scene.put(request));
     }},
    {"TUNSETIFF",
     [](Scene& scene) {
       const int fd = ::open("/dev/net/tun", O_RDWR);
       if (fd < 0) return;
       ifreq request{};
       request.ifr_flags = IFF_TUN | IFF_NO_PI;
       if (scene.call(SYS_ioctl, fd, TUNSETIFF, scene.put(request)) == 0)
         scene.ok(SYS_ioctl, fd, TUNGETIFF, scene.put(ifreq{}));
     }},
    {"NS_GET_OWNER_UID",
     [](Scene& scene) {
       scene.ok(SYS_ioctl, scene.open("/proc/self/ns/user", O_RDONLY), 0xB704, scene.room(8));
     }},
};

}  // namespace

std::span<const Case> interface_cases() { return kCases; }

}  // namespace mecrr::real_calls
