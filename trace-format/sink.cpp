#include "trace-format/sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/files.h"
#include "base/unique_fd.h"

namespace mecrr {

namespace {

class FileSink final : public Sink {
 public:
  FileSink(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  Result<void> write_at(std::uint64_t offset, ByteView bytes) override {
    return with_context(write_all_at(fd_.get(), bytes, offset), path_);
  }

  Result<void> cut(std::uint64_t size) override {
    int result;
    do {
      result = ftruncate(fd_.get(), static_cast<off_t>(size));
    } while (result != 0 && errno == EINTR);
    if (result != 0) return fail_errno("{}: cutting it back to {} bytes", path_, size);
    return {};
  }

  Result<void> reserve(std::uint64_t size, std::uint64_t end) override {
    if (!can_reserve_ || end <= size) return {};
    int result;
    do {
      result = fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(size),
                         static_cast<off_t>(end - size));
    } while (result != 0 && errno == EINTR);
    if (result == 0) return {};
    if (errno == ENOSPC || errno == EDQUOT) return fail_errno("{}", path_);
    can_reserve_ = false;  // EOPNOTSUPP and the like: not on this file system
    return {};
  }

  Result<void> finish() override { return with_context(std::move(fd_).close(), path_); }

 private:
  std::string path_;
  UniqueFd fd_;
  bool can_reserve_ = true;
};

Result<void> remove_regular_file(const std::string& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) return fail_errno("{}", path);
  if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode)) {
    return fail_with_code(EEXIST, "{}: is not a regular file, and not replaced", path);
  }
  if (unlink(path.c_str()) != 0) return fail_errno("{}: replacing it", path);
  return {};
}

}  // namespace

Result<std::unique_ptr<Sink>> create_sink(const std::string& path, IfExists if_exists) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL;
  Result<UniqueFd> fd = open_file(path, kFlags);
  if (!fd && fd.error().code == EEXIST && if_exists == IfExists::kReplace) {
    TRY(remove_regular_file(path));
    fd = open_file(path, kFlags);
  }
  return std::make_unique<FileSink>(path, TRY(std::move(fd)));
}

}  // namespace mecrr
