// Sub-tables of calls on files and the system: fcntl, quotactl, syslog, sysfs.
#include <fcntl.h>
#include <linux/dqblk_xfs.h>
#include <linux/quota.h>

#include <cerrno>

#include "device/calls/commands.h"
#include "device/calls/flag_sets.h"

#define NAMED(name) name, #name  // undefined below

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

// ---- fcntl

constexpr Argument lock_in() { return in<struct flock>(); }
constexpr Argument lock_test() { return inout<struct flock>(); }
constexpr Argument hint_in() { return in<std::uint64_t>(); }
constexpr Argument hint_out() { return out<std::uint64_t>(); }
constexpr std::int32_t kOwnerBytes = 8;

// clang-format off
constexpr auto kFcntlRows = by_value({
    {NAMED(F_DUPFD), {fd(), command(), fd()}},
    {NAMED(F_GETFD), {fd(), command()}},
    {NAMED(F_SETFD), {fd(), command(), flags(kFcntlDescriptorFlags)}},
    {NAMED(F_GETFL), {fd(), command()}},
    {NAMED(F_SETFL), {fd(), command(), flags(kOpenFlags)}},
    {NAMED(F_GETLK), {fd(), command(), lock_test()}},
    {NAMED(F_SETLK), {fd(), command(), lock_in()}},
    {NAMED(F_SETLKW), {fd(), command(), lock_in()}, kAnswer, kMaybe},
    {8, "F_SETOWN", {fd(), command(), pid()}},
    {9, "F_GETOWN", {fd(), command()}},
    {10, "F_SETSIG", {fd(), command(), signal()}},
    {11, "F_GETSIG", {fd(), command()}},
    {15, "F_SETOWN_EX", {fd(), command(), in(bytes(kOwnerBytes)).as("f_owner_ex")}},
    {16, "F_GETOWN_EX", {fd(), command(), out(bytes(kOwnerBytes)).as("f_owner_ex")}},
    {17, "F_GETOWNER_UIDS", {fd(), command(), out<std::uint32_t>(bytes(2))}},
    {36, "F_OFD_GETLK", {fd(), command(), lock_test()}},
    {37, "F_OFD_SETLK", {fd(), command(), lock_in()}},
    {38, "F_OFD_SETLKW", {fd(), command(), lock_in()}, kAnswer, kMaybe},
    {1024, "F_SETLEASE", {fd(), command(), sint()}},
    {1025, "F_GETLEASE", {fd(), command()}},
    {1026, "F_NOTIFY", {fd(), command(), flags(kNotifyEvents)}},
    {1027, "F_DUPFD_QUERY", {fd(), command(), fd()}},
    {1028, "F_CREATED_QUERY", {fd(), command()}},
    {1029, "F_CANCELLK", {fd(), command()}},
    {1030, "F_DUPFD_CLOEXEC", {fd(), command(), fd()}},
    {1031, "F_SETPIPE_SZ", {fd(), command(), uint()}},
    {1032, "F_GETPIPE_SZ", {fd(), command()}},
    {1033, "F_ADD_SEALS", {fd(), command(), flags(kSeals)}},
    {1034, "F_GET_SEALS", {fd(), command()}},
    {1035, "F_GET_RW_HINT", {fd(), command(), hint_out()}},
    {1036, "F_SET_RW_HINT", {fd(), command(), hint_in()}},
    {1037, "F_GET_FILE_RW_HINT", {fd(), command(), hint_out()}},
    {1038, "F_SET_FILE_RW_HINT", {fd(), command(), hint_in()}},
});
// clang-format on
static_assert(well_formed(kFcntlRows));

// ---- quotactl and quotactl_fd: the command is in bits 8 and up, the kind of quota below

constexpr Flag kQuotaKindNames[] = {
    {"USRQUOTA", 0, 0xff}, {"GRPQUOTA", 1, 0xff}, {"PRJQUOTA", 2, 0xff}};
constexpr FlagSet kQuotaKinds{"kinds of quota", kQuotaKindNames};

struct QuotaRow {
  std::uint32_t value;
  std::string_view name;
  Argument data;
};
// clang-format off
constexpr QuotaRow kQuotaRows[] = {
    {NAMED(Q_SYNC), unused()},
    {NAMED(Q_QUOTAON), path()},
    {NAMED(Q_QUOTAOFF), unused()},
    {NAMED(Q_GETFMT), out<std::uint32_t>()},
    {NAMED(Q_GETINFO), out<if_dqinfo>()},
    {NAMED(Q_SETINFO), in<if_dqinfo>()},
    {NAMED(Q_GETQUOTA), out<if_dqblk>()},
    {NAMED(Q_SETQUOTA), in<if_dqblk>()},
    {NAMED(Q_GETNEXTQUOTA), out<if_nextdqblk>()},
    {NAMED(Q_XQUOTAON), in<std::uint32_t>()},
    {NAMED(Q_XQUOTAOFF), in<std::uint32_t>()},
    {NAMED(Q_XGETQUOTA), out<fs_disk_quota>()},
    {NAMED(Q_XSETQLIM), in<fs_disk_quota>()},
    {NAMED(Q_XGETQSTAT), out<fs_quota_stat>()},
    {NAMED(Q_XQUOTARM), in<std::uint32_t>()},
    {NAMED(Q_XQUOTASYNC), unused()},
    {NAMED(Q_XGETQSTATV), inout<fs_quota_statv>()},
    {NAMED(Q_XGETNEXTQUOTA), out<fs_disk_quota>()},
};
// clang-format on

consteval auto quota_rows(std::uint8_t command_argument) {
  std::array<Command, std::size(kQuotaRows)> rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const QuotaRow& row = kQuotaRows[i];
    const std::uint64_t value = std::uint64_t{row.value} << SUBCMDSHIFT & 0xffff'ffff;
    rows[i] = command_argument == 0
                  ? Command{value, row.name, {command(), path(), user(), row.data}}
                  : Command{value, row.name, {fd(), command(), user(), row.data}};
  }
  std::sort(rows.begin(), rows.end(),
            [](const Command& a, const Command& b) { return a.value < b.value; });
  return rows;
}
constexpr auto kQuotactlRows = quota_rows(0);
constexpr auto kQuotactlFdRows = quota_rows(1);
static_assert(well_formed(kQuotactlRows) && well_formed(kQuotactlFdRows));

// ---- syslog

// clang-format off
constexpr auto kSyslogRows = by_value({
    {0, "SYSLOG_ACTION_CLOSE", {command(), unused(), unused()}},
    {1, "SYSLOG_ACTION_OPEN", {command(), unused(), unused()}},
    {2, "SYSLOG_ACTION_READ", {command(), out(arg(2), result()), sint()}, kAnswer, kMaybe},
    {3, "SYSLOG_ACTION_READ_ALL", {command(), out(arg(2), result()), sint()}},
    {4, "SYSLOG_ACTION_READ_CLEAR", {command(), out(arg(2), result()), sint()}},
    {5, "SYSLOG_ACTION_CLEAR", {command(), unused(), unused()}},
    {6, "SYSLOG_ACTION_CONSOLE_OFF", {command(), unused(), unused()}},
    {7, "SYSLOG_ACTION_CONSOLE_ON", {command(), unused(), unused()}},
    {8, "SYSLOG_ACTION_CONSOLE_LEVEL", {command(), unused(), sint()}},
    {9, "SYSLOG_ACTION_SIZE_UNREAD", {command(), unused(), unused()}},
    {10, "SYSLOG_ACTION_SIZE_BUFFER", {command(), unused(), unused()}},
});
// clang-format on
static_assert(well_formed(kSyslogRows));

// ---- sysfs: nothing says how much room there is for a name

constexpr std::int32_t kLongestTypeName = 256;
// clang-format off
constexpr auto kSysfsRows = by_value({
    {1, "index_of_name", {command(), text()}},
    {2, "name_of_index", {command(), uint(), out(bytes(kLongestTypeName), terminated())}},
    {3, "count", {command()}},
});
// clang-format on
static_assert(well_formed(kSysfsRows));

}  // namespace

const Commands kFcntlCommands{.rows = kFcntlRows, .argument = 1};
const Commands kQuotactlCommands{
    .rows = kQuotactlRows, .argument = 0, .mask = 0xffff'ff00, .flags = &kQuotaKinds};
const Commands kQuotactlFdCommands{
    .rows = kQuotactlFdRows, .argument = 1, .mask = 0xffff'ff00, .flags = &kQuotaKinds};
const Commands kSyslogCommands{.rows = kSyslogRows, .argument = 0};
const Commands kSysfsCommands{.rows = kSysfsRows, .argument = 0};

}  // namespace mecrr::calls

#undef NAMED
