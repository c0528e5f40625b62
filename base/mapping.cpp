#include "base/mapping.h"

#include <sys/mman.h>

#include <utility>

#include "base/check.h"

namespace mecrr {

Result<Mapping> Mapping::map(std::size_t size, int protection, int flags, int fd,
                             std::uint64_t offset) {
  if (size == 0) return Mapping();  // mmap refuses it with EINVAL; an empty file is no error to us
  void* memory = mmap(nullptr, size, protection, flags, fd, static_cast<off_t>(offset));
  if (memory == MAP_FAILED) return fail_errno("mapping {} bytes", size);
  return Mapping(memory, size);
}

Result<Mapping> Mapping::anonymous(std::size_t size) {
  return map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

Result<Mapping> Mapping::anonymous_shared(std::size_t size) {
  return map(size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

Result<Mapping> Mapping::of_file(int fd, std::uint64_t offset, std::size_t size, Access access) {
  const int protection = access == Access::kRead ? PROT_READ : PROT_READ | PROT_WRITE;
  return map(size, protection, MAP_SHARED, fd, offset);
}

Mapping::Mapping(Mapping&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  if (this != &other) {
    unmap();
    memory_ = std::exchange(other.memory_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Mapping::~Mapping() { unmap(); }

void Mapping::unmap() {
  if (memory_ != nullptr) MECRR_CHECK(munmap(memory_, size_) == 0, "{} bytes", size_);
}

}  // namespace mecrr
