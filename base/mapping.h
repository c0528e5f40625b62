#pragma once

// Memory of our own that was made with mmap, unmapped by its owner's end. Movable, not copyable.
// Not for tracees' memory. The bytes stay where they are when the Mapping is moved.

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"

namespace mecrr {

class Mapping {
 public:
  enum class Access { kRead, kReadWrite };

  Mapping() = default;  ///< empty

  /// `size` zero bytes, private to this process.
  static Result<Mapping> anonymous(std::size_t size);
  /// `size` zero bytes that children of a fork share with us.
  static Result<Mapping> anonymous_shared(std::size_t size);
  /// Part of the file behind `fd` (which may be closed afterwards), shared with all who map it.
  /// `offset` must be a multiple of the page size. Touching pages past the file's end is a SIGBUS.
  static Result<Mapping> of_file(int fd, std::uint64_t offset, std::size_t size, Access access);

  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  std::size_t size() const { return size_; }
  ByteView bytes() const { return bytes_at(memory_, size_); }
  /// Only for mappings that are not kRead.
  MutableBytes mutable_bytes() { return mutable_bytes_at(memory_, size_); }

 private:
  Mapping(void* memory, std::size_t size) : memory_(memory), size_(size) {}
  static Result<Mapping> map(std::size_t size, int protection, int flags, int fd,
                             std::uint64_t offset);
  void unmap();

  void* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace mecrr
