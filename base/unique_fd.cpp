#include "base/unique_fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace mecrr {

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

Result<UniqueFd> UniqueFd::duplicate() const {
  const int copy = fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return fail_errno("duplicating descriptor {}", fd_);
  return UniqueFd(copy);
}

void UniqueFd::reset() {
  if (fd_ >= 0) (void)::close(release());  // nobody to tell: close() && is for those who ask
}

// EINTR is success: Linux has released the descriptor then (close(2), "Dealing with error
// returns").
Result<void> UniqueFd::close() && {
  const int fd = release();
  if (fd >= 0 && ::close(fd) != 0 && errno != EINTR) return fail_errno("closing descriptor {}", fd);
  return {};
}

}  // namespace mecrr
