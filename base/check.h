#pragma once

// Our own mistakes. A check that fails ends the program with the place, the condition and the
// values in question; it is on in release. For what the world or a hostile file can cause, see
// base/error.h.
//
//   MECRR_CHECK(!queue_.empty());
//   MECRR_CHECK(id.value() < names_.size(), "call {} of {}", id, names_.size());

#include <fmt/format.h>

#include <string_view>

namespace mecrr {

/// Writes one line to stderr and aborts. Allocates; not for signal handlers.
[[noreturn]] void check_failed(std::string_view condition, std::string_view file, int line,
                               std::string_view values = {});

}  // namespace mecrr

#define MECRR_CHECK(condition, ...)                                             \
  do {                                                                          \
    if (!(condition)) [[unlikely]]                                              \
      ::mecrr::check_failed(#condition, __FILE__,                               \
                            __LINE__ __VA_OPT__(, ::fmt::format(__VA_ARGS__))); \
  } while (false)
