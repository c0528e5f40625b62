// Rows that write memory and that not every machine can be seen to make do so. Those that have a
// case all the same are compared where they can be made.
#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr std::string_view kConsole = "needs a virtual console";
constexpr std::string_view kSerialLine = "needs a serial line";
constexpr std::string_view kDisk = "needs a loop device";
constexpr std::string_view kQuota = "needs a file system with quotas";
constexpr std::string_view kXfs = "needs an XFS with quotas";

constexpr Exemption kExempt[] = {
    {"lookup_dcookie", "only profilers get cookies, and Linux 6.7 has it no more"},
    {"arch_prctl ARCH_GET_MAX_TAG_BITS", "needs a processor with linear address masking"},
    {"arch_prctl ARCH_GET_UNTAG_MASK", "needs CONFIG_ADDRESS_MASKING"},
    {"prctl PR_SCHED_CORE", "needs a processor with several threads to a core"},
    {"prctl PR_GET_TID_ADDRESS", "needs CONFIG_CHECKPOINT_RESTORE"},
    {"prctl PR_GET_AUXV", "needs Linux 6.4"},
    {"fcntl F_GET_FILE_RW_HINT", "no Linux since 5.17 has it"},
    {"keyctl KEYCTL_DH_COMPUTE", "needs CONFIG_KEY_DH_OPERATIONS"},
    {"keyctl KEYCTL_PKEY_QUERY", "needs a certificate among the keys"},
    {"lsm_get_self_attr", "needs a security module with attributes"},
    {"syslog SYSLOG_ACTION_READ", "takes lines out of the machine's log; its row is READ_ALL's"},
    {"syslog SYSLOG_ACTION_READ_CLEAR", "clears the machine's log; its row is READ_ALL's"},

    {"ioctl FIDEDUPERANGE", "needs a file system that shares blocks"},
    {"ioctl FITRIM", "needs a disk that can discard"},
    {"ioctl HDIO_GETGEO", "needs a disk with a geometry"},
    {"ioctl HDIO_GET_IDENTITY", "needs an ATA disk"},
    {"ioctl SIOCGARP", "needs a neighbour"},
    {"ioctl SIOCGIFCOUNT", "has a number, but no Linux does it"},
    {"ioctl SIOCGIFPFLAGS", "has a number, but no Linux does it"},
    {"ioctl SIOCGIWNAME", "needs a wireless interface"},
    {"ioctl TUNSETIFF", "needs /dev/net/tun"},
    {"ioctl TUNGETIFF", "needs /dev/net/tun"},

    {"ioctl KDGETLED", kConsole},
    {"ioctl KDGKBTYPE", kConsole},
    {"ioctl KDGETMODE", kConsole},
    {"ioctl KDGKBMODE", kConsole},
    {"ioctl KDGKBENT", kConsole},
    {"ioctl KDGKBMETA", kConsole},
    {"ioctl KDGKBLED", kConsole},
    {"ioctl VT_OPENQRY", kConsole},
    {"ioctl VT_GETMODE", kConsole},
    {"ioctl VT_GETSTATE", kConsole},
    {"ioctl TIOCMGET", kSerialLine},
    {"ioctl TIOCGSERIAL", kSerialLine},
    {"ioctl TIOCGICOUNT", kSerialLine},

    {"ioctl BLKROGET", kDisk},
    {"ioctl BLKGETSIZE", kDisk},
    {"ioctl BLKRAGET", kDisk},
    {"ioctl BLKFRAGET", kDisk},
    {"ioctl BLKSECTGET", kDisk},
    {"ioctl BLKSSZGET", kDisk},
    {"ioctl BLKBSZGET", kDisk},
    {"ioctl BLKGETSIZE64", kDisk},
    {"ioctl BLKIOMIN", kDisk},
    {"ioctl BLKIOOPT", kDisk},
    {"ioctl BLKALIGNOFF", kDisk},
    {"ioctl BLKPBSZGET", kDisk},
    {"ioctl BLKDISCARDZEROES", kDisk},
    {"ioctl BLKROTATIONAL", kDisk},
    {"ioctl BLKGETDISKSEQ", kDisk},
    {"ioctl LOOP_GET_STATUS", kDisk},
    {"ioctl LOOP_GET_STATUS64", kDisk},

    {"quotactl Q_GETFMT", kQuota},
    {"quotactl Q_GETINFO", kQuota},
    {"quotactl Q_GETQUOTA", kQuota},
    {"quotactl Q_GETNEXTQUOTA", kQuota},
    {"quotactl Q_XGETQUOTA", kXfs},
    {"quotactl Q_XGETNEXTQUOTA", kXfs},
    {"quotactl Q_XGETQSTAT", kXfs},
    {"quotactl Q_XGETQSTATV", kXfs},
    {"quotactl_fd Q_GETFMT", kQuota},
    {"quotactl_fd Q_GETINFO", kQuota},
    {"quotactl_fd Q_GETQUOTA", kQuota},
    {"quotactl_fd Q_GETNEXTQUOTA", kQuota},
    {"quotactl_fd Q_XGETQUOTA", kXfs},
    {"quotactl_fd Q_XGETNEXTQUOTA", kXfs},
    {"quotactl_fd Q_XGETQSTAT", kXfs},
    {"quotactl_fd Q_XGETQSTATV", kXfs},
};

}  // namespace

std::span<const Exemption> exemptions() { return kExempt; }

}  // namespace mecrr::real_calls
