#include "recorder/memory/tracee_files.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/files.h"

namespace mecrr {
namespace {

std::string descriptor_link(Tid tid, int descriptor) {
  return fmt::format("/proc/{}/fd/{}", tid, descriptor);
}

FileKind kind_of(const struct stat& status) {
  if (S_ISREG(status.st_mode)) return FileKind::kRegular;
  if (S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 5)) return FileKind::kZero;
  return FileKind::kOther;
}

Result<UniqueFd> open_regular(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) < 0) return fail_errno("{}", path);
  if (!S_ISREG(status.st_mode)) return fail_with_code(EINVAL, "{}: not a regular file", path);
  return open_file(path, O_RDONLY | O_NOCTTY);
}

bool has_inode(const UniqueFd& fd, std::uint64_t inode) {
  struct stat status{};
  return ::fstat(fd.get(), &status) == 0 && status.st_ino == inode;
}

}  // namespace

Result<struct stat> stat_of_descriptor(Tid tid, int descriptor) {
  struct stat status{};
  if (::stat(descriptor_link(tid, descriptor).c_str(), &status) < 0) {
    return fail_with_code(EBADF, "descriptor {} of task {}", descriptor, tid);
  }
  return status;
}

// By the mode of the link: it can be written through if the descriptor can (proc(5),
// /proc/PID/fd).
bool is_writable(Tid tid, int descriptor) {
  struct stat link{};
  return ::lstat(descriptor_link(tid, descriptor).c_str(), &link) == 0 &&
         (link.st_mode & S_IWUSR) != 0;
}

Result<TraceeFile> describe_descriptor(Tid tid, int descriptor) {
  const struct stat status = TRY(stat_of_descriptor(tid, descriptor));
  return TraceeFile{.identity = {status.st_dev, status.st_ino},
                    .kind = kind_of(status),
                    .size = static_cast<std::uint64_t>(status.st_size),
                    .writable = is_writable(tid, descriptor)};
}

std::string descriptor_path(Tid tid, int descriptor) {
  std::array<char, PATH_MAX> path;
  const ssize_t length =
      ::readlink(descriptor_link(tid, descriptor).c_str(), path.data(), path.size());
  return length < 0 ? std::string() : std::string(path.data(), static_cast<std::size_t>(length));
}

Result<UniqueFd> open_descriptor(Tid tid, int descriptor) {
  return open_regular(descriptor_link(tid, descriptor));
}

// By the path, if it still is that file; map_files needs rights that we may not have.
Result<UniqueFd> open_mapped(Tid tid, const MapsLine& line) {
  auto by_path = open_regular(fmt::format("/proc/{}/root{}", tid, line.name));
  if (by_path && has_inode(*by_path, line.inode)) return by_path;
  return open_regular(fmt::format("/proc/{}/map_files/{:x}-{:x}", tid, line.range.start.value(),
                                  line.range.end().value()));
}

Result<UniqueFd> open_path(Tid tid, const std::string& path) {
  const char* from = path.starts_with('/') ? "root" : "cwd/";
  return open_regular(fmt::format("/proc/{}/{}{}", tid, from, path));
}

}  // namespace mecrr
