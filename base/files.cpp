#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mecrr {

namespace {

// Calls `transfer(done)`, which moves bytes from `done` on and answers as read(2) does, until
// `size` bytes are moved or it answers 0.
template <class Transfer>
Result<std::size_t> transfer_all(std::size_t size, const char* what, Transfer transfer) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t moved = transfer(done);
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0) return fail_errno("{}", what);
    if (moved == 0) break;
    done += static_cast<std::size_t>(moved);
  }
  return done;
}

Result<void> require_all(std::size_t done, std::size_t size, const char* what) {
  if (done != size) return fail("{}: only {} of {} bytes", what, done, size);
  return {};
}

}  // namespace

Result<UniqueFd> open_file(const std::string& path, int flags, mode_t mode) {
  int fd;
  do {
    fd = open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return fail_errno("{}", path);
  return UniqueFd(fd);
}

Result<UniqueFd> create_memfd(const std::string& name) {
  const int fd = memfd_create(name.c_str(), MFD_CLOEXEC);
  if (fd < 0) return fail_errno("making a file in memory");
  return UniqueFd(fd);
}

Result<Bytes> read_to_end(int fd, std::uint64_t max_bytes) {
  constexpr std::size_t kFirstBytes = 16 * 1024;
  constexpr std::size_t kMostAtOnceBytes = 16 * 1024 * 1024;
  Bytes bytes;
  for (;;) {
    const std::size_t had = bytes.size();
    const std::size_t wanted = std::clamp(had, kFirstBytes, kMostAtOnceBytes);
    bytes.resize(had + wanted);
    const std::size_t got = TRY(read_up_to(fd, MutableBytes(bytes).subspan(had)));
    bytes.resize(had + got);
    if (bytes.size() > max_bytes) return fail("holds more than {} bytes", max_bytes);
    if (got < wanted) return bytes;
  }
}

Result<Bytes> read_file(const std::string& path, std::uint64_t max_bytes) {
  const UniqueFd fd = TRY(open_file(path, O_RDONLY));
  return with_context(read_to_end(fd.get(), max_bytes), path);
}

Result<std::string> read_text_file(const std::string& path, std::uint64_t max_bytes) {
  return std::string(as_text(TRY(read_file(path, max_bytes))));
}

Result<void> write_file(const std::string& path, ByteView bytes) {
  UniqueFd fd = TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC));
  TRY(with_context(write_all(fd.get(), bytes), path));
  return with_context(std::move(fd).close(), path);
}

Result<void> write_all(int fd, ByteView bytes) {
  const std::size_t done = TRY(transfer_all(bytes.size(), "writing", [&](std::size_t at) {
    return write(fd, bytes.data() + at, bytes.size() - at);
  }));
  return require_all(done, bytes.size(), "writing");
}

Result<void> write_all_at(int fd, ByteView bytes, std::uint64_t offset) {
  const std::size_t done = TRY(transfer_all(bytes.size(), "writing", [&](std::size_t at) {
    return pwrite(fd, bytes.data() + at, bytes.size() - at, static_cast<off_t>(offset + at));
  }));
  return require_all(done, bytes.size(), "writing");
}

Result<std::size_t> read_up_to(int fd, MutableBytes into) {
  return transfer_all(into.size(), "reading",
                      [&](std::size_t at) { return read(fd, into.data() + at, into.size() - at); });
}

Result<std::size_t> read_up_to_at(int fd, MutableBytes into, std::uint64_t offset) {
  return transfer_all(into.size(), "reading", [&](std::size_t at) {
    return pread(fd, into.data() + at, into.size() - at, static_cast<off_t>(offset + at));
  });
}

Result<void> read_exact(int fd, MutableBytes into) {
  return require_all(TRY(read_up_to(fd, into)), into.size(), "reading");
}

Result<void> read_exact_at(int fd, MutableBytes into, std::uint64_t offset) {
  return require_all(TRY(read_up_to_at(fd, into, offset)), into.size(), "reading");
}

Result<std::uint64_t> file_size(int fd) {
  struct stat status{};
  if (fstat(fd, &status) != 0) return fail_errno("asking the size of descriptor {}", fd);
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace mecrr
