// Sub-tables of setsockopt and getsockopt: names of options, by level. What most of them read and
// write is in the calls' own rows.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "device/calls/commands.h"
#include "device/calls/flag_sets.h"

#define NAMED(name) name, #name  // undefined below

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr std::uint64_t kUdpLevel = 17, kPacketLevel = 263, kNetlinkLevel = 270, kXdpLevel = 283;

constexpr std::uint64_t at(std::uint64_t level, std::uint64_t option) {
  return level << 32 | option;
}

struct Option {
  std::uint64_t option;
  std::string_view name;
};

// clang-format off
constexpr Option kSocketOptions[] = {
    {NAMED(SO_DEBUG)}, {NAMED(SO_REUSEADDR)}, {NAMED(SO_TYPE)}, {NAMED(SO_ERROR)}, {NAMED(SO_DONTROUTE)},
    {NAMED(SO_BROADCAST)}, {NAMED(SO_SNDBUF)}, {NAMED(SO_RCVBUF)}, {NAMED(SO_KEEPALIVE)}, {NAMED(SO_OOBINLINE)},
    {NAMED(SO_NO_CHECK)}, {NAMED(SO_PRIORITY)}, {NAMED(SO_LINGER)}, {NAMED(SO_BSDCOMPAT)}, {NAMED(SO_REUSEPORT)},
    {NAMED(SO_PASSCRED)}, {NAMED(SO_PEERCRED)}, {NAMED(SO_RCVLOWAT)}, {NAMED(SO_SNDLOWAT)}, {20, "SO_RCVTIMEO"},
    {21, "SO_SNDTIMEO"}, {NAMED(SO_BINDTODEVICE)}, {NAMED(SO_ATTACH_FILTER)}, {NAMED(SO_DETACH_FILTER)},
    {NAMED(SO_PEERNAME)}, {29, "SO_TIMESTAMP"}, {NAMED(SO_ACCEPTCONN)}, {NAMED(SO_PEERSEC)}, {NAMED(SO_SNDBUFFORCE)},
    {NAMED(SO_RCVBUFFORCE)}, {NAMED(SO_PASSSEC)}, {35, "SO_TIMESTAMPNS"}, {NAMED(SO_MARK)}, {37, "SO_TIMESTAMPING"},
    {NAMED(SO_PROTOCOL)}, {NAMED(SO_DOMAIN)}, {NAMED(SO_RXQ_OVFL)}, {NAMED(SO_WIFI_STATUS)}, {NAMED(SO_PEEK_OFF)},
    {NAMED(SO_NOFCS)}, {NAMED(SO_LOCK_FILTER)}, {NAMED(SO_SELECT_ERR_QUEUE)}, {NAMED(SO_BUSY_POLL)},
    {NAMED(SO_MAX_PACING_RATE)}, {NAMED(SO_BPF_EXTENSIONS)}, {NAMED(SO_INCOMING_CPU)}, {NAMED(SO_ATTACH_BPF)},
    {NAMED(SO_ATTACH_REUSEPORT_CBPF)}, {NAMED(SO_ATTACH_REUSEPORT_EBPF)}, {NAMED(SO_CNX_ADVICE)}, {55, "SO_MEMINFO"},
    {56, "SO_INCOMING_NAPI_ID"}, {57, "SO_COOKIE"}, {59, "SO_PEERGROUPS"}, {60, "SO_ZEROCOPY"}, {61, "SO_TXTIME"},
    {62, "SO_BINDTOIFINDEX"}, {63, "SO_TIMESTAMP_NEW"}, {64, "SO_TIMESTAMPNS_NEW"}, {65, "SO_TIMESTAMPING_NEW"},
    {66, "SO_RCVTIMEO_NEW"}, {67, "SO_SNDTIMEO_NEW"}, {68, "SO_DETACH_REUSEPORT_BPF"}, {69, "SO_PREFER_BUSY_POLL"},
    {70, "SO_BUSY_POLL_BUDGET"}, {71, "SO_NETNS_COOKIE"}, {72, "SO_BUF_LOCK"}, {73, "SO_RESERVE_MEM"},
    {74, "SO_TXREHASH"}, {75, "SO_RCVMARK"}, {76, "SO_PASSPIDFD"}, {77, "SO_PEERPIDFD"},
};
constexpr Option kIpOptions[] = {
    {1, "IP_TOS"}, {2, "IP_TTL"}, {3, "IP_HDRINCL"}, {4, "IP_OPTIONS"}, {5, "IP_ROUTER_ALERT"}, {6, "IP_RECVOPTS"},
    {7, "IP_RETOPTS"}, {8, "IP_PKTINFO"}, {9, "IP_PKTOPTIONS"}, {10, "IP_MTU_DISCOVER"}, {11, "IP_RECVERR"},
    {12, "IP_RECVTTL"}, {13, "IP_RECVTOS"}, {14, "IP_MTU"}, {15, "IP_FREEBIND"}, {16, "IP_IPSEC_POLICY"},
    {17, "IP_XFRM_POLICY"}, {18, "IP_PASSSEC"}, {19, "IP_TRANSPARENT"}, {20, "IP_RECVORIGDSTADDR"}, {21, "IP_MINTTL"},
    {22, "IP_NODEFRAG"}, {23, "IP_CHECKSUM"}, {24, "IP_BIND_ADDRESS_NO_PORT"}, {25, "IP_RECVFRAGSIZE"},
    {26, "IP_RECVERR_RFC4884"}, {32, "IP_MULTICAST_IF"}, {33, "IP_MULTICAST_TTL"}, {34, "IP_MULTICAST_LOOP"},
    {35, "IP_ADD_MEMBERSHIP"}, {36, "IP_DROP_MEMBERSHIP"}, {37, "IP_UNBLOCK_SOURCE"}, {38, "IP_BLOCK_SOURCE"},
    {39, "IP_ADD_SOURCE_MEMBERSHIP"}, {40, "IP_DROP_SOURCE_MEMBERSHIP"}, {41, "IP_MSFILTER"}, {42, "MCAST_JOIN_GROUP"},
    {43, "MCAST_BLOCK_SOURCE"}, {44, "MCAST_UNBLOCK_SOURCE"}, {45, "MCAST_LEAVE_GROUP"},
    {46, "MCAST_JOIN_SOURCE_GROUP"}, {47, "MCAST_LEAVE_SOURCE_GROUP"}, {48, "MCAST_MSFILTER"}, {49, "IP_MULTICAST_ALL"},
    {50, "IP_UNICAST_IF"}, {51, "IP_LOCAL_PORT_RANGE"}, {52, "IP_PROTOCOL"},
};
constexpr Option kTcpOptions[] = {
    {1, "TCP_NODELAY"}, {2, "TCP_MAXSEG"}, {3, "TCP_CORK"}, {4, "TCP_KEEPIDLE"}, {5, "TCP_KEEPINTVL"},
    {6, "TCP_KEEPCNT"}, {7, "TCP_SYNCNT"}, {8, "TCP_LINGER2"}, {9, "TCP_DEFER_ACCEPT"}, {10, "TCP_WINDOW_CLAMP"},
    {11, "TCP_INFO"}, {12, "TCP_QUICKACK"}, {13, "TCP_CONGESTION"}, {14, "TCP_MD5SIG"},
    {16, "TCP_THIN_LINEAR_TIMEOUTS"}, {17, "TCP_THIN_DUPACK"}, {18, "TCP_USER_TIMEOUT"}, {19, "TCP_REPAIR"},
    {20, "TCP_REPAIR_QUEUE"}, {21, "TCP_QUEUE_SEQ"}, {22, "TCP_REPAIR_OPTIONS"}, {23, "TCP_FASTOPEN"},
    {24, "TCP_TIMESTAMP"}, {25, "TCP_NOTSENT_LOWAT"}, {26, "TCP_CC_INFO"}, {27, "TCP_SAVE_SYN"}, {28, "TCP_SAVED_SYN"},
    {29, "TCP_REPAIR_WINDOW"}, {30, "TCP_FASTOPEN_CONNECT"}, {31, "TCP_ULP"}, {32, "TCP_MD5SIG_EXT"},
    {33, "TCP_FASTOPEN_KEY"}, {34, "TCP_FASTOPEN_NO_COOKIE"}, {36, "TCP_INQ"}, {37, "TCP_TX_DELAY"},
};
constexpr Option kIpv6Options[] = {
    {1, "IPV6_ADDRFORM"}, {2, "IPV6_2292PKTINFO"}, {3, "IPV6_2292HOPOPTS"}, {4, "IPV6_2292DSTOPTS"},
    {5, "IPV6_2292RTHDR"}, {6, "IPV6_2292PKTOPTIONS"}, {7, "IPV6_CHECKSUM"}, {8, "IPV6_2292HOPLIMIT"},
    {9, "IPV6_NEXTHOP"}, {11, "IPV6_FLOWINFO"}, {16, "IPV6_UNICAST_HOPS"}, {17, "IPV6_MULTICAST_IF"},
    {18, "IPV6_MULTICAST_HOPS"}, {19, "IPV6_MULTICAST_LOOP"}, {20, "IPV6_JOIN_GROUP"}, {21, "IPV6_LEAVE_GROUP"},
    {22, "IPV6_ROUTER_ALERT"}, {23, "IPV6_MTU_DISCOVER"}, {24, "IPV6_MTU"}, {25, "IPV6_RECVERR"}, {26, "IPV6_V6ONLY"},
    {27, "IPV6_JOIN_ANYCAST"}, {28, "IPV6_LEAVE_ANYCAST"}, {29, "IPV6_MULTICAST_ALL"}, {31, "IPV6_RECVERR_RFC4884"},
    {32, "IPV6_FLOWLABEL_MGR"}, {33, "IPV6_FLOWINFO_SEND"}, {49, "IPV6_RECVPKTINFO"}, {50, "IPV6_PKTINFO"},
    {51, "IPV6_RECVHOPLIMIT"}, {52, "IPV6_HOPLIMIT"}, {53, "IPV6_RECVHOPOPTS"}, {54, "IPV6_HOPOPTS"},
    {55, "IPV6_RTHDRDSTOPTS"}, {56, "IPV6_RECVRTHDR"}, {57, "IPV6_RTHDR"}, {58, "IPV6_RECVDSTOPTS"},
    {59, "IPV6_DSTOPTS"}, {60, "IPV6_RECVPATHMTU"}, {61, "IPV6_PATHMTU"}, {62, "IPV6_DONTFRAG"},
    {66, "IPV6_RECVTCLASS"}, {67, "IPV6_TCLASS"}, {70, "IPV6_AUTOFLOWLABEL"}, {72, "IPV6_ADDR_PREFERENCES"},
    {73, "IPV6_MINHOPCOUNT"}, {74, "IPV6_ORIGDSTADDR"}, {75, "IPV6_TRANSPARENT"}, {76, "IPV6_UNICAST_IF"},
    {77, "IPV6_RECVFRAGSIZE"}, {78, "IPV6_FREEBIND"},
};
constexpr Option kUdpOptions[] = {
    {1, "UDP_CORK"}, {100, "UDP_ENCAP"}, {101, "UDP_NO_CHECK6_TX"}, {102, "UDP_NO_CHECK6_RX"}, {103, "UDP_SEGMENT"},
    {104, "UDP_GRO"},
};
constexpr Option kPacketOptions[] = {
    {1, "PACKET_ADD_MEMBERSHIP"}, {2, "PACKET_DROP_MEMBERSHIP"}, {6, "PACKET_STATISTICS"}, {8, "PACKET_AUXDATA"},
    {10, "PACKET_VERSION"}, {11, "PACKET_HDRLEN"}, {12, "PACKET_RESERVE"}, {14, "PACKET_LOSS"}, {15, "PACKET_VNET_HDR"},
    {17, "PACKET_TIMESTAMP"}, {18, "PACKET_FANOUT"}, {20, "PACKET_QDISC_BYPASS"}, {23, "PACKET_IGNORE_OUTGOING"},
};
constexpr Option kNetlinkOptions[] = {
    {1, "NETLINK_ADD_MEMBERSHIP"}, {2, "NETLINK_DROP_MEMBERSHIP"}, {3, "NETLINK_PKTINFO"},
    {4, "NETLINK_BROADCAST_ERROR"}, {5, "NETLINK_NO_ENOBUFS"}, {8, "NETLINK_LISTEN_ALL_NSID"},
    {9, "NETLINK_LIST_MEMBERSHIPS"}, {10, "NETLINK_CAP_ACK"}, {11, "NETLINK_EXT_ACK"}, {12, "NETLINK_GET_STRICT_CHK"},
};
// clang-format on

// Rings that the kernel and the program share once they are mapped, and pages that it maps: kernels
// without CONFIG_PACKET_MMAP, CONFIG_XDP_SOCKETS, and older ones.
constexpr struct {
  std::uint64_t level;
  Option option;
} kSharingOptions[] = {
    {kPacketLevel, {5, "PACKET_RX_RING"}},
    {kPacketLevel, {13, "PACKET_TX_RING"}},
    {kXdpLevel, {2, "XDP_RX_RING"}},
    {kXdpLevel, {3, "XDP_TX_RING"}},
    {kXdpLevel, {4, "XDP_UMEM_REG"}},
    {kXdpLevel, {5, "XDP_UMEM_FILL_RING"}},
    {kXdpLevel, {6, "XDP_UMEM_COMPLETION_RING"}},
    {IPPROTO_TCP, {35, "TCP_ZEROCOPY_RECEIVE"}},
};

constexpr std::size_t kOptionCount = std::size(kSocketOptions) + std::size(kIpOptions) +
                                     std::size(kTcpOptions) + std::size(kIpv6Options) +
                                     std::size(kUdpOptions) + std::size(kPacketOptions) +
                                     std::size(kNetlinkOptions) + std::size(kSharingOptions);

/// All options, with `arguments` each.
consteval auto rows_with(const Arguments& arguments) {
  std::array<Command, kOptionCount> rows;
  std::size_t count = 0;
  const auto add = [&](std::uint64_t level, const auto& options) {
    for (const Option& option : options)
      rows[count++] = Command{at(level, option.option), option.name, arguments};
  };
  add(SOL_SOCKET, kSocketOptions);
  add(IPPROTO_IP, kIpOptions);
  add(IPPROTO_TCP, kTcpOptions);
  add(IPPROTO_IPV6, kIpv6Options);
  add(kUdpLevel, kUdpOptions);
  add(kPacketLevel, kPacketOptions);
  add(kNetlinkLevel, kNetlinkOptions);
  for (const auto& [level, option] : kSharingOptions) {
    rows[count++] = Command{at(level, option.option),  option.name, arguments, kRefuse, kNever,
                            {.refusal = {ENOPROTOOPT}}};
  }
  std::sort(rows.begin(), rows.end(),
            [](const Command& a, const Command& b) { return a.value < b.value; });
  return rows;
}

constexpr Argument option_length() { return inout<socklen_t>().on(When::kAlways); }

consteval auto getsockopt_rows() {
  auto rows = rows_with({fd(), flags(kSocketLevels), command(), out(behind(4)), option_length()});
  for (Command& row : rows) {
    if (row.value != at(SOL_SOCKET, SO_ATTACH_FILTER)) continue;
    // To be read it is called SO_GET_FILTER, and the length counts instructions of 8 bytes.
    row = Command{row.value,
                  "SO_GET_FILTER",
                  {fd(), flags(kSocketLevels), command(), out(behind(4) * 8).as("sock_filter"),
                   option_length()}};
  }
  return rows;
}

constexpr auto kSetsockoptRows =
    rows_with({fd(), flags(kSocketLevels), command(), in(arg(4)), sint()});
constexpr auto kGetsockoptRows = getsockopt_rows();
static_assert(well_formed(kSetsockoptRows) && well_formed(kGetsockoptRows));

constexpr std::uint64_t kAllBits = 0xffff'ffff;

}  // namespace

const Commands kSetsockoptCommands{.rows = kSetsockoptRows,
                                   .unknown = Unknown::kIsRow,
                                   .argument = 2,
                                   .mask = kAllBits,
                                   .level = 1};
const Commands kGetsockoptCommands{.rows = kGetsockoptRows,
                                   .unknown = Unknown::kIsRow,
                                   .argument = 2,
                                   .mask = kAllBits,
                                   .level = 1};

}  // namespace mecrr::calls

#undef NAMED
