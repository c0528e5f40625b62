#include "trace-format/source.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "base/unique_fd.h"

namespace mecrr {

namespace {

class FileSource final : public Source {
 public:
  FileSource(UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}

  std::uint64_t size() const override { return size_; }
  Result<void> read_at(std::uint64_t offset, MutableBytes into) const override {
    return with_context(read_exact_at(fd_.get(), into, offset), "byte {}", offset);
  }

 private:
  UniqueFd fd_;
  std::uint64_t size_;
};

class MemorySource final : public Source {
 public:
  explicit MemorySource(Bytes bytes) : bytes_(std::move(bytes)) {}

  std::uint64_t size() const override { return bytes_.size(); }
  Result<void> read_at(std::uint64_t offset, MutableBytes into) const override {
    const auto from = slice(bytes_, offset, into.size());
    if (!from) return fail("byte {}: {} bytes are not there", offset, into.size());
    std::ranges::copy(*from, into.begin());
    return {};
  }

 private:
  Bytes bytes_;
};

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::string& path) {
  // O_NONBLOCK: a FIFO must not make us wait for a writer.
  UniqueFd fd = TRY(open_file(path, O_RDONLY | O_NONBLOCK));
  struct stat status{};
  if (fstat(fd.get(), &status) != 0) return fail_errno("{}", path);
  if (!S_ISREG(status.st_mode)) return fail("{}: is not a regular file", path);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  return std::make_unique<FileSource>(std::move(fd), size);
}

std::unique_ptr<Source> source_of(Bytes bytes) {
  return std::make_unique<MemorySource>(std::move(bytes));
}

}  // namespace mecrr
