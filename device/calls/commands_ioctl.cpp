// The sub-table of ioctl: terminals, sockets, files, block devices, consoles. Structures are the
// kernel's, which for terminals are not those of glibc. Commands whose structures hold pointers are
// not described by their codes; they need rows, or effects.
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <linux/kd.h>
#include <linux/loop.h>
#include <linux/sockios.h>
#include <linux/vt.h>

#include <cerrno>
#include <string_view>

#include "device/calls/commands.h"
#include "device/calls/effects/effect.h"

#define NAMED(name) name, #name  // undefined below

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr Command ioctl(std::uint64_t code, std::string_view name, Argument argument = unused(),
                        Blocks blocks = kNever) {
  return {code & 0xffff'ffff, name, {fd(), command(), argument}, kAnswer, blocks};
}
constexpr Command lacking(std::uint64_t code, std::string_view name, int error) {
  return {code & 0xffff'ffff,  name, {fd(), command(), address()}, kRefuse, kNever,
          {.refusal = {error}}};
}

constexpr Argument word_in() { return in<int>(); }
constexpr Argument word_out() { return out<int>(); }
constexpr Argument long_out() { return out<std::uint64_t>(); }
constexpr Argument number_itself() { return slong(); }

constexpr Argument termios_in() { return in(bytes(36)).as("termios"); }
constexpr Argument termios_out() { return out(bytes(36)).as("termios"); }
constexpr Argument termio_in() { return in(bytes(18)).as("termio"); }
constexpr Argument termio_out() { return out(bytes(18)).as("termio"); }
constexpr Argument winsize_in() { return in(bytes(8)).as("winsize"); }
constexpr Argument winsize_out() { return out(bytes(8)).as("winsize"); }

constexpr Argument interface_in() { return in(bytes(40)).as("ifreq"); }
constexpr Argument interface_inout() { return inout(bytes(40)).as("ifreq"); }

// clang-format off
constexpr auto kIoctlRows = by_value({
    // Terminals. Those that wait for output to drain may block.
    ioctl(0x5401, "TCGETS", termios_out()),
    ioctl(0x5402, "TCSETS", termios_in()),
    ioctl(0x5403, "TCSETSW", termios_in(), kMaybe),
    ioctl(0x5404, "TCSETSF", termios_in(), kMaybe),
    ioctl(0x5405, "TCGETA", termio_out()),
    ioctl(0x5406, "TCSETA", termio_in()),
    ioctl(0x5407, "TCSETAW", termio_in(), kMaybe),
    ioctl(0x5408, "TCSETAF", termio_in(), kMaybe),
    ioctl(0x5409, "TCSBRK", number_itself(), kMaybe),
    ioctl(0x540A, "TCXONC", number_itself(), kMaybe),
    ioctl(0x540B, "TCFLSH", number_itself()),
    ioctl(0x540C, "TIOCEXCL"),
    ioctl(0x540D, "TIOCNXCL"),
    ioctl(0x540E, "TIOCSCTTY", number_itself()),
    ioctl(0x540F, "TIOCGPGRP", word_out()),
    ioctl(0x5410, "TIOCSPGRP", word_in()),
    ioctl(0x5411, "TIOCOUTQ", word_out()),
    ioctl(0x5412, "TIOCSTI", in(bytes(1))),
    ioctl(0x5413, "TIOCGWINSZ", winsize_out()),
    ioctl(0x5414, "TIOCSWINSZ", winsize_in()),
    ioctl(0x5415, "TIOCMGET", word_out()),
    ioctl(0x5416, "TIOCMBIS", word_in()),
    ioctl(0x5417, "TIOCMBIC", word_in()),
    ioctl(0x5418, "TIOCMSET", word_in()),
    ioctl(0x5419, "TIOCGSOFTCAR", word_out()),
    ioctl(0x541A, "TIOCSSOFTCAR", word_in()),
    ioctl(0x541B, "FIONREAD", word_out()),
    ioctl(0x541D, "TIOCCONS"),
    ioctl(0x541E, "TIOCGSERIAL", out(bytes(72)).as("serial_struct")),
    ioctl(0x541F, "TIOCSSERIAL", in(bytes(72)).as("serial_struct")),
    ioctl(0x5420, "TIOCPKT", word_in()),
    ioctl(0x5421, "FIONBIO", word_in()),
    ioctl(0x5422, "TIOCNOTTY"),
    ioctl(0x5423, "TIOCSETD", word_in()),
    ioctl(0x5424, "TIOCGETD", word_out()),
    ioctl(0x5425, "TCSBRKP", number_itself(), kMaybe),
    ioctl(0x5427, "TIOCSBRK"),
    ioctl(0x5428, "TIOCCBRK"),
    ioctl(0x5429, "TIOCGSID", word_out()),
    ioctl(0x802C542A, "TCGETS2", out(bytes(44)).as("termios2")),
    ioctl(0x402C542B, "TCSETS2", in(bytes(44)).as("termios2")),
    ioctl(0x402C542C, "TCSETSW2", in(bytes(44)).as("termios2"), kMaybe),
    ioctl(0x402C542D, "TCSETSF2", in(bytes(44)).as("termios2"), kMaybe),
    ioctl(0x80045430, "TIOCGPTN", word_out()),
    ioctl(0x40045431, "TIOCSPTLCK", word_in()),
    ioctl(0x80045432, "TIOCGDEV", word_out()),
    ioctl(0x40045436, "TIOCSIG", number_itself()),
    ioctl(0x5437, "TIOCVHANGUP"),
    ioctl(0x80045438, "TIOCGPKT", word_out()),
    ioctl(0x80045439, "TIOCGPTLCK", word_out()),
    ioctl(0x80045440, "TIOCGEXCL", word_out()),
    ioctl(0x5441, "TIOCGPTPEER", number_itself()),
    ioctl(0x5450, "FIONCLEX"),
    ioctl(0x5451, "FIOCLEX"),
    ioctl(0x5452, "FIOASYNC", word_in()),
    ioctl(0x5456, "TIOCGLCKTRMIOS", termios_out()),
    ioctl(0x5457, "TIOCSLCKTRMIOS", termios_in()),
    ioctl(0x545C, "TIOCMIWAIT", number_itself(), kMaybe),
    ioctl(0x545D, "TIOCGICOUNT", out(bytes(80)).as("serial_icounter_struct")),
    ioctl(0x5460, "FIOQSIZE", long_out()),

    // Consoles
    ioctl(NAMED(KIOCSOUND), number_itself()),
    ioctl(NAMED(KDMKTONE), number_itself()),
    ioctl(NAMED(KDGETLED), out(bytes(1))),
    ioctl(NAMED(KDSETLED), number_itself()),
    ioctl(NAMED(KDGKBTYPE), out(bytes(1))),
    ioctl(NAMED(KDSETMODE), number_itself()),
    ioctl(NAMED(KDGETMODE), word_out()),
    ioctl(NAMED(KDGKBMODE), word_out()),
    ioctl(NAMED(KDSKBMODE), number_itself()),
    ioctl(NAMED(KDGKBENT), inout(bytes(4)).as("kbentry")),
    ioctl(NAMED(KDSKBENT), in(bytes(4)).as("kbentry")),
    ioctl(NAMED(KDGKBMETA), word_out()),
    ioctl(NAMED(KDSKBMETA), number_itself()),
    ioctl(NAMED(KDGKBLED), out(bytes(1))),
    ioctl(NAMED(KDSKBLED), number_itself()),
    ioctl(NAMED(VT_OPENQRY), word_out()),
    ioctl(NAMED(VT_GETMODE), out<vt_mode>()),
    ioctl(NAMED(VT_SETMODE), in<vt_mode>()),
    ioctl(NAMED(VT_GETSTATE), out<vt_stat>()),
    ioctl(NAMED(VT_RELDISP), number_itself()),
    ioctl(NAMED(VT_ACTIVATE), number_itself()),
    ioctl(NAMED(VT_WAITACTIVE), number_itself(), kMaybe),
    ioctl(NAMED(VT_DISALLOCATE), number_itself()),

    // Sockets (FIONREAD and TIOCOUTQ are SIOCINQ and SIOCOUTQ)
    ioctl(0x8901, "FIOSETOWN", word_in()),
    ioctl(0x8902, "SIOCSPGRP", word_in()),
    ioctl(0x8903, "FIOGETOWN", word_out()),
    ioctl(0x8904, "SIOCGPGRP", word_out()),
    ioctl(0x8905, "SIOCATMARK", word_out()),
    ioctl(0x8906, "SIOCGSTAMP", out(bytes(16)).as("timeval")),
    ioctl(0x8907, "SIOCGSTAMPNS", out(bytes(16)).as("timespec")),
    ioctl(NAMED(SIOCADDRT), in(bytes(120)).as("rtentry")),
    ioctl(NAMED(SIOCDELRT), in(bytes(120)).as("rtentry")),
    ioctl(NAMED(SIOCGIFNAME), interface_inout()),
    {SIOCGIFCONF, "SIOCGIFCONF", {fd(), command(), inout(bytes(16)).as("ifconf")},
     kAnswer, kNever, {.effect = &effects::kInterfaceList}},
    ioctl(NAMED(SIOCGIFFLAGS), interface_inout()),
    ioctl(NAMED(SIOCSIFFLAGS), interface_in()),
    ioctl(NAMED(SIOCGIFADDR), interface_inout()),
    ioctl(NAMED(SIOCSIFADDR), interface_in()),
    ioctl(NAMED(SIOCGIFDSTADDR), interface_inout()),
    ioctl(NAMED(SIOCSIFDSTADDR), interface_in()),
    ioctl(NAMED(SIOCGIFBRDADDR), interface_inout()),
    ioctl(NAMED(SIOCSIFBRDADDR), interface_in()),
    ioctl(NAMED(SIOCGIFNETMASK), interface_inout()),
    ioctl(NAMED(SIOCSIFNETMASK), interface_in()),
    ioctl(NAMED(SIOCGIFMETRIC), interface_inout()),
    ioctl(NAMED(SIOCSIFMETRIC), interface_in()),
    ioctl(NAMED(SIOCGIFMTU), interface_inout()),
    ioctl(NAMED(SIOCSIFMTU), interface_in()),
    ioctl(NAMED(SIOCSIFNAME), interface_in()),
    ioctl(NAMED(SIOCSIFHWADDR), interface_in()),
    ioctl(NAMED(SIOCGIFHWADDR), interface_inout()),
    ioctl(NAMED(SIOCGIFINDEX), interface_inout()),
    ioctl(NAMED(SIOCGIFPFLAGS), interface_inout()),
    ioctl(NAMED(SIOCGIFCOUNT), interface_inout()),
    ioctl(NAMED(SIOCGIFTXQLEN), interface_inout()),
    ioctl(NAMED(SIOCSIFTXQLEN), interface_in()),
    ioctl(NAMED(SIOCGIFMAP), interface_inout()),
    ioctl(NAMED(SIOCADDMULTI), interface_in()),
    ioctl(NAMED(SIOCDELMULTI), interface_in()),
    ioctl(NAMED(SIOCDARP), in(bytes(68)).as("arpreq")),
    ioctl(NAMED(SIOCGARP), inout(bytes(68)).as("arpreq")),
    ioctl(NAMED(SIOCSARP), in(bytes(68)).as("arpreq")),
    lacking(NAMED(SIOCETHTOOL), EOPNOTSUPP),  // a pointer to one of a hundred structures
    ioctl(NAMED(SIOCOUTQNSD), word_out()),
    ioctl(0x8B01, "SIOCGIWNAME", inout(bytes(32)).as("iwreq")),
    ioctl(0x400454CA, "TUNSETIFF", interface_inout()),
    ioctl(0x800454D2, "TUNGETIFF", interface_inout()),

    // Files
    ioctl(NAMED(FIBMAP), inout<int>()),
    ioctl(NAMED(FIGETBSZ), word_out()),
    ioctl(NAMED(FIFREEZE), number_itself(), kMaybe),
    ioctl(NAMED(FITHAW), number_itself()),
    ioctl(NAMED(FITRIM), inout<fstrim_range>(), kMaybe),
    ioctl(NAMED(FICLONE), number_itself()),
    ioctl(NAMED(FICLONERANGE), in<file_clone_range>()),
    // A structure with a count at 16, and so many behind it.
    ioctl(NAMED(FIDEDUPERANGE), inout(behind<std::uint16_t>(2).at(16) * 32 + 24).as("file_dedupe_range")),
    // Their codes say long, but the kernel's functions say int.
    ioctl(NAMED(FS_IOC_GETFLAGS), word_out()),
    ioctl(NAMED(FS_IOC_SETFLAGS), word_in()),
    ioctl(NAMED(FS_IOC_GETVERSION), word_out()),
    ioctl(NAMED(FS_IOC_SETVERSION), word_in()),
    ioctl(NAMED(FS_IOC_FSGETXATTR), out<fsxattr>()),
    ioctl(NAMED(FS_IOC_FSSETXATTR), in<fsxattr>()),
    ioctl(NAMED(FS_IOC_GETFSLABEL), out(bytes(FSLABEL_MAX))),
    ioctl(NAMED(FS_IOC_SETFSLABEL), in(bytes(FSLABEL_MAX))),
    // A header with the number of extents that there is room for at 24, and of those found at 20.
    ioctl(0xC020660B, "FS_IOC_FIEMAP",
          Argument{.kind = Kind::kPointer, .direction = Direction::kInOut, .type = "fiemap",
                   .room = behind(2).at(24) * 56 + 32, .filled = behind(2).at(20) * 56 + 32}),

    // Block devices
    ioctl(NAMED(BLKROSET), word_in()),
    ioctl(NAMED(BLKROGET), word_out()),
    ioctl(NAMED(BLKRRPART)),
    ioctl(NAMED(BLKGETSIZE), long_out()),
    ioctl(NAMED(BLKFLSBUF), unused(), kMaybe),
    ioctl(NAMED(BLKRASET), number_itself()),
    ioctl(NAMED(BLKRAGET), long_out()),
    ioctl(NAMED(BLKFRASET), number_itself()),
    ioctl(NAMED(BLKFRAGET), long_out()),
    ioctl(NAMED(BLKSECTGET), out(bytes(2))),
    ioctl(NAMED(BLKSSZGET), word_out()),
    lacking(NAMED(BLKPG), ENOTTY),  // a pointer in a structure
    ioctl(NAMED(BLKBSZGET), word_out()),
    ioctl(NAMED(BLKBSZSET), word_in()),
    ioctl(NAMED(BLKGETSIZE64), long_out()),
    ioctl(NAMED(BLKDISCARD), in(bytes(16)), kMaybe),
    ioctl(NAMED(BLKIOMIN), word_out()),
    ioctl(NAMED(BLKIOOPT), word_out()),
    ioctl(NAMED(BLKALIGNOFF), word_out()),
    ioctl(NAMED(BLKPBSZGET), word_out()),
    ioctl(NAMED(BLKDISCARDZEROES), word_out()),
    ioctl(NAMED(BLKSECDISCARD), in(bytes(16)), kMaybe),
    ioctl(NAMED(BLKROTATIONAL), out(bytes(2))),
    ioctl(NAMED(BLKZEROOUT), in(bytes(16)), kMaybe),
    ioctl(NAMED(BLKGETDISKSEQ), long_out()),
    ioctl(0x0301, "HDIO_GETGEO", out(bytes(16)).as("hd_geometry")),
    ioctl(0x030D, "HDIO_GET_IDENTITY", out(bytes(512))),
    ioctl(0x5309, "CDROMEJECT", unused(), kMaybe),
    ioctl(0x5325, "CDROM_MEDIA_CHANGED", number_itself()),
    ioctl(0x5326, "CDROM_DRIVE_STATUS", number_itself()),
    ioctl(0x5331, "CDROM_GET_CAPABILITY"),
    ioctl(NAMED(LOOP_SET_FD), number_itself()),
    ioctl(NAMED(LOOP_CLR_FD)),
    ioctl(NAMED(LOOP_SET_STATUS), in<loop_info>()),
    ioctl(NAMED(LOOP_GET_STATUS), out<loop_info>()),
    ioctl(NAMED(LOOP_SET_STATUS64), in<loop_info64>()),
    ioctl(NAMED(LOOP_GET_STATUS64), out<loop_info64>()),
    ioctl(NAMED(LOOP_CHANGE_FD), number_itself()),
    ioctl(NAMED(LOOP_SET_CAPACITY)),
    ioctl(NAMED(LOOP_SET_DIRECT_IO), number_itself()),
    ioctl(NAMED(LOOP_SET_BLOCK_SIZE), number_itself()),
    ioctl(NAMED(LOOP_CONFIGURE), in<loop_config>()),
    ioctl(NAMED(LOOP_CTL_ADD), number_itself()),
    ioctl(NAMED(LOOP_CTL_REMOVE), number_itself()),
    ioctl(NAMED(LOOP_CTL_GET_FREE)),

    // Namespaces and processes, by descriptor
    ioctl(0xB701, "NS_GET_USERNS"),
    ioctl(0xB702, "NS_GET_PARENT"),
    ioctl(0xB703, "NS_GET_NSTYPE"),
    ioctl(0xB704, "NS_GET_OWNER_UID", word_out()),
    ioctl(0xFF01, "PIDFD_GET_CGROUP_NAMESPACE"),
    ioctl(0xFF02, "PIDFD_GET_IPC_NAMESPACE"),
    ioctl(0xFF03, "PIDFD_GET_MNT_NAMESPACE"),
    ioctl(0xFF04, "PIDFD_GET_NET_NAMESPACE"),
    ioctl(0xFF05, "PIDFD_GET_PID_NAMESPACE"),
    ioctl(0xFF06, "PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE"),
    ioctl(0xFF07, "PIDFD_GET_TIME_NAMESPACE"),
    ioctl(0xFF08, "PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE"),
    ioctl(0xFF09, "PIDFD_GET_USER_NAMESPACE"),
    ioctl(0xFF0A, "PIDFD_GET_UTS_NAMESPACE"),
});
// clang-format on
static_assert(well_formed(kIoctlRows));

// ---- codes without a row

constexpr Form kWritesMemory{
    "ioctl (by its code)", {fd(), command(), out(request())}, kAnswer, kMaybe};
constexpr Form kReadsMemory{
    "ioctl (by its code)", {fd(), command(), in(request())}, kAnswer, kMaybe};
constexpr Form kReadsAndWrites{
    "ioctl (by its code)", {fd(), command(), inout(request())}, kAnswer, kMaybe};
static_assert(well_formed(kWritesMemory) && well_formed(kReadsMemory) &&
              well_formed(kReadsAndWrites));

// Bits 8 to 15 of a code say which driver it is for. The structures of these hold pointers, or
// sizes other than their codes say: ALSA (A, C, H, S, U), Infiniband (0x1b), binder (b), DRM (d),
// file systems (f, 0x94, X), framebuffers and NVIDIA (F), MTD and media (M, |), NVMe (N), HID and
// USB (U), video and DVB (V, o), device mapper (0xfd), KVM (0xae), vhost (0xaf), userfaultfd
// (0xaa), VFIO and iommufd (;), SCSI and block SG ("), perf ($), DMA buffers (0x97), FireWire (#),
// autofs (0x93).
constexpr std::string_view kUntruthful = "ACHSbdfXFMN|UVo;\"$#\x1b\x94\xfd\xae\xaf\xaa\x97\x93";

constexpr std::uint64_t kDirectionShift = 30, kDriverShift = 8;
constexpr std::uint64_t kProgramWrites = 1, kProgramReads = 2;  // _IOC_WRITE, _IOC_READ

}  // namespace

const Form* describe_ioctl(std::uint64_t code) {
  const char driver = static_cast<char>(code >> kDriverShift & 0xff);
  if (kUntruthful.find(driver) != std::string_view::npos) return nullptr;
  switch (code >> kDirectionShift & 3) {
    case kProgramWrites:
      return &kReadsMemory;
    case kProgramReads:
      return &kWritesMemory;
    case kProgramWrites | kProgramReads:
      return &kReadsAndWrites;
    default:
      return nullptr;  // a code without direction may do anything
  }
}

const Commands kIoctlCommands{
    .rows = kIoctlRows, .argument = 1, .unknown_error = ENOTTY, .describe = describe_ioctl};

}  // namespace mecrr::calls

#undef NAMED
