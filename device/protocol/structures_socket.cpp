// Socket addresses: a family, and what it says.
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>

#include "device/calls/flag_sets.h"
#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

using enum FieldKind;

constexpr Field kFamily{"family", 0, 2, kFlags, &calls::kSocketFamilies};

constexpr Field kUnixFields[] = {kFamily, {"path", 2, 0, kText}};
constexpr Field kInternetFields[] = {kFamily, {"port", 2, 2, kPort}, {"address", 4, 4, kIpv4}};
constexpr Field kInternet6Fields[] = {
    kFamily,
    {"port", 2, 2, kPort},
    {"flowinfo", 4, 4, kHex},
    {"address", 8, 16, kIpv6},
    {"scope", 24, 4, kUnsigned},
};
constexpr Field kNetlinkFields[] = {kFamily, {"pid", 4, 4, kUnsigned}, {"groups", 8, 4, kHex}};
constexpr Field kOtherFields[] = {kFamily, {"data", 2, 0, kBytes}};

constexpr Structure kUnix{"sockaddr_un", sizeof(sockaddr_un), kUnixFields, nullptr, true};
constexpr Structure kInternet{"sockaddr_in", sizeof(sockaddr_in), kInternetFields, nullptr, true};
constexpr Structure kInternet6{"sockaddr_in6", sizeof(sockaddr_in6), kInternet6Fields, nullptr,
                               true};
constexpr Structure kNetlink{"sockaddr_nl", 12, kNetlinkFields, nullptr, true};

const Structure* by_family(ByteView bytes) {
  switch (load<std::uint16_t>(bytes).value_or(AF_UNSPEC)) {
    case AF_UNIX:
      return &kUnix;
    case AF_INET:
      return &kInternet;
    case AF_INET6:
      return &kInternet6;
    case AF_NETLINK:
      return &kNetlink;
    default:
      return nullptr;
  }
}

}  // namespace

std::span<const Structure> socket_structures() {
  static const Structure kSockets[] = {
      {"sockaddr", sizeof(sockaddr_storage), kOtherFields, by_family, true},
  };
  return kSockets;
}

}  // namespace mecrr::protocol
