#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace mecrr {

std::unexpected<Error> fail_with_code(int code, std::string message) {
  // generic_category: strerror's texts without strerror's shared buffer.
  return std::unexpected(
      Error{std::move(message) + ": " + std::generic_category().message(code), code});
}

int error_detail::current_errno() { return errno; }

}  // namespace mecrr
