#include "recorder/own_code.h"

#include <sys/syscall.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "device/calls/errno_names.h"
#include "device/calls/structures.h"
#include "recorder/memory/tracee_files.h"
#include "recorder/site_patcher.h"

namespace mecrr {
namespace {

/// "/proc/17/mem" and "/proc/17/task/18/mem": 17.
std::optional<Pid> process_shown(std::string_view path) {
  constexpr std::string_view kProc = "/proc/";
  constexpr std::string_view kMemory = "/mem";
  if (!path.starts_with(kProc) || !path.ends_with(kMemory)) return std::nullopt;
  path.remove_prefix(kProc.size());
  pid_t pid = 0;
  const auto parsed = std::from_chars(path.data(), path.data() + path.size(), pid);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return Pid(pid);
}

/// Where a descriptor's next read begins: the line "pos:" of its fdinfo.
Result<std::uint64_t> position(Tid tid, int descriptor) {
  constexpr std::string_view kLabel = "pos:";
  const std::string info =
      TRY(read_text_file(fmt::format("/proc/{}/fdinfo/{}", tid.value(), descriptor)));
  std::size_t at = info.find(kLabel);
  if (at == std::string::npos)
    return fail("descriptor {} of task {} has no position", descriptor, tid);
  at = info.find_first_of("0123456789", at);
  std::uint64_t value = 0;
  if (at != std::string::npos) std::from_chars(info.data() + at, info.data() + info.size(), value);
  return value;
}

/// What a call has copied: from the memory of a process, one range after the other, into its own.
struct Copied {
  Pid process;
  std::vector<RemoteRange> from;
};

Result<std::optional<Copied>> copied(const SystemCall& call, std::int64_t result,
                                     const StoppedTask& task) {
  const auto bytes = static_cast<std::uint64_t>(result);
  const int first = static_cast<int>(call.arguments[0]);
  std::uint64_t start = 0;
  switch (call.number) {
    case SYS_process_vm_readv:
      return Copied{
          Pid(first),
          calls::take(calls::read_iovecs(task, RemoteAddress(call.arguments[3]), call.arguments[4]),
                      bytes)};
    case SYS_pread64:
    case SYS_preadv:
      start = call.arguments[3];
      break;
    case SYS_read:
    case SYS_readv:
    case SYS_preadv2:
      break;
    default:
      return std::nullopt;
  }
  const auto process = process_shown(descriptor_path(task.tid(), first));
  if (!process) return std::nullopt;
  const bool has_position = call.number == SYS_preadv2 && call.arguments[3] != ~std::uint64_t{0};
  if (has_position) {
    start = call.arguments[3];
  } else if (call.number == SYS_read || call.number == SYS_readv || call.number == SYS_preadv2) {
    start = TRY(position(task.tid(), first)) - bytes;
  }
  return Copied{*process, {{RemoteAddress(start), bytes}}};
}

}  // namespace

Result<void> show_original_code(const SystemCall& call, const calls::Before& before,
                                std::int64_t result, StoppedTask& task,
                                const SpaceOfProcess& space_of) {
  if (calls::is_error(result) || result == 0 || before.rooms.empty()) return {};
  const auto what = TRY(copied(call, result, task));
  if (!what) return {};
  const Space* space = space_of(what->process);
  if (space == nullptr || space->patches.empty()) return {};

  Bytes bytes;
  std::vector<RemoteRange> into =
      calls::take(before.rooms.front().pieces, static_cast<std::uint64_t>(result));
  for (const RemoteRange& piece : into) {
    const Bytes part = TRY(read_bytes(task, piece.start, piece.size));
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  std::size_t at = 0;
  for (const RemoteRange& range : what->from) {
    const std::size_t size = std::min<std::size_t>(range.size, bytes.size() - at);
    hide_patches(*space, range.start, MutableBytes(bytes).subspan(at, size));
    at += size;
  }
  at = 0;
  for (const RemoteRange& piece : into) {
    TRY(task.write(piece.start, ByteView(bytes).subspan(at, piece.size)));
    at += piece.size;
  }
  return {};
}

}  // namespace mecrr
