// Names of flags of calls on sockets, IPC and the system as a whole.
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/reboot.h>
#include <netinet/in.h>
#include <sys/ipc.h>
#include <sys/random.h>
#include <sys/shm.h>
#include <sys/socket.h>

#include "device/calls/flag_sets.h"

#define NAMED(name) {#name, name}         // undefined below
#define VALUE(name) {#name, name, ~0ull}  // one value of many, no bits

namespace mecrr::calls {
namespace {

// clang-format off
constexpr Flag kFamilyNames[] = {
    VALUE(AF_UNSPEC), VALUE(AF_UNIX), VALUE(AF_INET), VALUE(AF_INET6), VALUE(AF_NETLINK), VALUE(AF_PACKET), VALUE(AF_BLUETOOTH),
    VALUE(AF_ALG), VALUE(AF_CAN), VALUE(AF_VSOCK), VALUE(AF_KEY), VALUE(AF_TIPC), VALUE(AF_XDP), VALUE(AF_AX25), VALUE(AF_IPX),
    VALUE(AF_APPLETALK), VALUE(AF_X25), VALUE(AF_RDS), VALUE(AF_PPPOX), VALUE(AF_LLC), VALUE(AF_IB), VALUE(AF_NFC), VALUE(AF_KCM),
    VALUE(AF_QIPCRTR), VALUE(AF_SMC),
};
constexpr Flag kTypeNames[] = {
    {"SOCK_STREAM", 1, 15}, {"SOCK_DGRAM", 2, 15}, {"SOCK_RAW", 3, 15}, {"SOCK_RDM", 4, 15}, {"SOCK_SEQPACKET", 5, 15},
    {"SOCK_DCCP", 6, 15}, {"SOCK_PACKET", 10, 15}, NAMED(SOCK_CLOEXEC), NAMED(SOCK_NONBLOCK),
};
constexpr Flag kMessageNames[] = {
    NAMED(MSG_OOB), NAMED(MSG_PEEK), NAMED(MSG_DONTROUTE), NAMED(MSG_CTRUNC), NAMED(MSG_PROXY), NAMED(MSG_TRUNC),
    NAMED(MSG_DONTWAIT), NAMED(MSG_EOR), NAMED(MSG_WAITALL), NAMED(MSG_FIN), NAMED(MSG_SYN), NAMED(MSG_CONFIRM),
    NAMED(MSG_RST), NAMED(MSG_ERRQUEUE), NAMED(MSG_NOSIGNAL), NAMED(MSG_MORE), NAMED(MSG_WAITFORONE), {"MSG_BATCH", 0x40000},
    NAMED(MSG_ZEROCOPY), NAMED(MSG_FASTOPEN), NAMED(MSG_CMSG_CLOEXEC),
};
// clang-format on
constexpr Flag kShutdownNames[] = {VALUE(SHUT_RD), VALUE(SHUT_WR), VALUE(SHUT_RDWR)};
// clang-format off
constexpr Flag kLevelNames[] = {
    VALUE(SOL_SOCKET), {"SOL_IP", 0, ~0ull}, {"SOL_TCP", 6, ~0ull}, {"SOL_UDP", 17, ~0ull}, {"SOL_IPV6", 41, ~0ull},
    {"SOL_ICMPV6", 58, ~0ull}, {"SOL_SCTP", 132, ~0ull}, {"SOL_UDPLITE", 136, ~0ull}, VALUE(SOL_RAW), VALUE(SOL_PACKET),
    VALUE(SOL_NETLINK), VALUE(SOL_ALG), {"SOL_TLS", 282, ~0ull}, {"SOL_XDP", 283, ~0ull}, {"SOL_VSOCK", 287, ~0ull},
};
// clang-format on
constexpr Flag kIpcNames[] = {NAMED(IPC_CREAT), NAMED(IPC_EXCL), NAMED(IPC_NOWAIT)};
// clang-format off
constexpr Flag kShmNames[] = {
    NAMED(IPC_CREAT), NAMED(IPC_EXCL), NAMED(SHM_RDONLY), NAMED(SHM_RND), NAMED(SHM_REMAP), NAMED(SHM_EXEC),
};
constexpr Flag kKeyringNames[] = {
    {"KEY_SPEC_THREAD_KEYRING", 0xffff'ffff, ~0ull}, {"KEY_SPEC_PROCESS_KEYRING", 0xffff'fffe, ~0ull},
    {"KEY_SPEC_SESSION_KEYRING", 0xffff'fffd, ~0ull}, {"KEY_SPEC_USER_KEYRING", 0xffff'fffc, ~0ull},
    {"KEY_SPEC_USER_SESSION_KEYRING", 0xffff'fffb, ~0ull}, {"KEY_SPEC_GROUP_KEYRING", 0xffff'fffa, ~0ull},
    {"KEY_SPEC_REQKEY_AUTH_KEY", 0xffff'fff9, ~0ull}, {"KEY_SPEC_REQUESTOR_KEYRING", 0xffff'fff8, ~0ull},
};
// clang-format on
constexpr Flag kRandomNames[] = {NAMED(GRND_NONBLOCK), NAMED(GRND_RANDOM), NAMED(GRND_INSECURE)};
constexpr Flag kSwapNames[] = {{"SWAP_FLAG_PREFER", 0x8000}, {"SWAP_FLAG_DISCARD", 0x10000}};
// clang-format off
constexpr Flag kModuleNames[] = {
    {"MODULE_INIT_IGNORE_MODVERSIONS", 1}, {"MODULE_INIT_IGNORE_VERMAGIC", 2}, {"MODULE_INIT_COMPRESSED_FILE", 4},
};
constexpr Flag kRebootMagicNames[] = {
    VALUE(LINUX_REBOOT_MAGIC1), VALUE(LINUX_REBOOT_MAGIC2), VALUE(LINUX_REBOOT_MAGIC2A), VALUE(LINUX_REBOOT_MAGIC2B),
    VALUE(LINUX_REBOOT_MAGIC2C),
};
constexpr Flag kRebootNames[] = {
    VALUE(LINUX_REBOOT_CMD_RESTART), VALUE(LINUX_REBOOT_CMD_HALT), VALUE(LINUX_REBOOT_CMD_CAD_ON),
    VALUE(LINUX_REBOOT_CMD_CAD_OFF), VALUE(LINUX_REBOOT_CMD_POWER_OFF), VALUE(LINUX_REBOOT_CMD_RESTART2),
    VALUE(LINUX_REBOOT_CMD_SW_SUSPEND), VALUE(LINUX_REBOOT_CMD_KEXEC),
};
// clang-format on

}  // namespace

const FlagSet kSocketFamilies{"socket families", kFamilyNames};
const FlagSet kSocketTypes{"socket types", kTypeNames};
const FlagSet kMessageFlags{"message flags", kMessageNames};
const FlagSet kShutdownHow{"shutdown how", kShutdownNames};
const FlagSet kSocketLevels{"socket levels", kLevelNames};
const FlagSet kIpcFlags{"IPC flags", kIpcNames};
const FlagSet kShmFlags{"shared memory flags", kShmNames};
const FlagSet kKeyrings{"keyrings", kKeyringNames};
const FlagSet kRandomFlags{"getrandom flags", kRandomNames};
const FlagSet kSwapFlags{"swap flags", kSwapNames};
const FlagSet kModuleFlags{"module flags", kModuleNames};
const FlagSet kRebootMagic{"reboot magic", kRebootMagicNames};
const FlagSet kRebootCommands{"reboot commands", kRebootNames};

}  // namespace mecrr::calls

#undef NAMED
#undef VALUE
