#pragma once

// A file descriptor that is closed by its owner's end. Movable, not copyable. Empty after a move.
// Threads: as an int.

#include <utility>

#include "base/error.h"

namespace mecrr {

class UniqueFd {
 public:
  UniqueFd() = default;  ///< holds none
  /// Takes over `fd`, which nobody else may close; a negative one means none.
  explicit UniqueFd(int fd) : fd_(fd < 0 ? -1 : fd) {}

  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  ~UniqueFd() { reset(); }

  /// The descriptor, or -1. Still ours.
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

  /// Another descriptor of the same open file, close-on-exec.
  Result<UniqueFd> duplicate() const;

  /// Gives the descriptor away: the caller closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

  /// Closes now. Errors are lost; for files that were written, see close().
  void reset();

  /// Closes now and says what went wrong: a written file may report a full disk or a quota only
  /// here.
  Result<void> close() &&;

 private:
  int fd_ = -1;
};

}  // namespace mecrr
