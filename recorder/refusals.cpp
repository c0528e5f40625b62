#include "recorder/refusals.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/files.h"
#include "device/calls/table.h"
#include "recorder/memory/memory_recorder.h"
#include "recorder/memory/tracee_files.h"
#include "recorder/written_descriptors.h"

namespace mecrr {
namespace {

using Refusal = Result<std::optional<RefusedCall>>;

Refusal refuse(int error, std::string warning = {}) {
  return RefusedCall{error, std::move(warning)};
}

Refusal refusal_of_exec(const StoppedTask& task, const SystemCall& call) {
  const std::size_t path_argument = call.number == SYS_execve ? 0 : 1;
  const auto path = read_string(task, RemoteAddress(call.arguments[path_argument]), PATH_MAX);
  if (!path) return std::nullopt;
  const bool by_descriptor = call.number == SYS_execveat && path->empty();
  const bool at_directory = call.number == SYS_execveat && !path->starts_with('/') &&
                            static_cast<int>(call.arguments[0]) != AT_FDCWD;
  Result<UniqueFd> fd = fail("not looked at");
  if (by_descriptor) {
    fd = open_descriptor(task.tid(), static_cast<int>(call.arguments[0]));
  } else if (at_directory) {
    fd = open_path(task.tid(), fmt::format("/proc/{}/fd/{}/{}", task.tid(),
                                           static_cast<int>(call.arguments[0]), *path));
  } else {
    fd = open_path(task.tid(), *path);
  }
  if (!fd || !is_foreign_program(fd->get())) return std::nullopt;
  return refuse(ENOEXEC, fmt::format("{}: not a 64-bit x86 program, which mecrr cannot record: "
                                     "the program that starts it is told ENOEXEC",
                                     *path));
}

}  // namespace

bool is_foreign_program(int fd) {
  Elf64_Ehdr header{};
  const auto got = read_up_to_at(fd, object_bytes(header), 0);
  if (!got || *got < sizeof header) return false;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return false;
  return header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64;
}

Result<std::optional<RefusedCall>> refusal_of(const StoppedTask& task, const SystemCall& call) {
  const auto form = calls::form_of(call);
  // Linux numbers calls one after the other: no kernel has these.
  constexpr std::uint32_t kBeyondAnyCall = 1000;
  if (!form && call.number > kBeyondAnyCall) return refuse(ENOSYS);
  if (!form) {
    return refuse(form.error().code, fmt::format("{}: refused", form.error().message));
  }
  if ((*form)->replay == calls::Replay::kRefuse) {
    const calls::Refusal& refusal = (*form)->extra.refusal;
    if (refusal.warn == calls::Warn::kNo) return refuse(refusal.error);
    return refuse(refusal.error, fmt::format("{} is refused: the program gets {}", (*form)->name,
                                             std::strerror(refusal.error)));
  }
  if (call.number == SYS_execve || call.number == SYS_execveat) {
    return refusal_of_exec(task, call);
  }
  if (call.number == SYS_mmap && is_unmappable(task.tid(), call)) {
    return refuse(ENODEV,
                  fmt::format("mmap of {} is refused: only files can be mapped",
                              descriptor_path(task.tid(), static_cast<int>(call.arguments[4]))));
  }
  // Bytes that go to the recording's own output without passing through memory would be missing in
  // the replay's: programs fall back to read and write.
  if (moves_to_output(task.tid(), call)) return refuse(EINVAL);
  return std::nullopt;
}

}  // namespace mecrr
