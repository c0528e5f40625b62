#pragma once

// Errors of the world and of hostile input: files, traces, dead tracees, permissions. A function
// that can meet one returns Result<T>; TRY passes it on; with_context says what was being done, so
// that a message reads from the outside in, cause last:
//
//   Result<Index> open_trace(const std::string& path) {
//     auto index = TRY(with_context(read_index(path), "opening trace {}", path));
//     if (index.empty()) return fail("{}: holds no events", path);
//     return index;
//   }
//
// Our own mistakes are not errors: they are MECRR_CHECKs (base/check.h). No exception crosses a
// folder.

#include <fmt/format.h>

#include <concepts>
#include <expected>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mecrr {

struct Error {
  std::string message;  ///< one line, no full stop, no "mecrr:" in front
  int code = 0;         ///< the errno behind it, or 0: for callers that treat ENOENT &c. specially

  friend bool operator==(const Error&, const Error&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Error& error) {
    return out << error.message;
  }
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail("{}: chunk {} is cut", path, n);` from any function that returns a Result.
template <class... Args>
std::unexpected<Error> fail(fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error{fmt::format(format, std::forward<Args>(args)...)});
}

/// The same for a failed call whose errno is `code`; appends ": No such file or directory" and the
/// like. For calls that return the errno (posix_spawn, pthread_…) or where it was kept.
std::unexpected<Error> fail_with_code(int code, std::string message);
template <class... Args>
  requires(sizeof...(Args) > 0)
std::unexpected<Error> fail_with_code(int code, fmt::format_string<Args...> format,
                                      Args&&... args) {
  return fail_with_code(code, fmt::format(format, std::forward<Args>(args)...));
}

namespace error_detail {
int current_errno();
}

/// The same with the current errno: the statement after a failed system call.
template <class... Args>
std::unexpected<Error> fail_errno(fmt::format_string<Args...> format, Args&&... args) {
  const int code = error_detail::current_errno();  // before format can change it
  return fail_with_code(code, fmt::format(format, std::forward<Args>(args)...));
}

/// Puts "context: " before the message of an error; a value passes unchanged.
template <class T>
Result<T> with_context(Result<T> result, std::string_view context) {
  if (!result) result.error().message.insert(0, std::string(context) + ": ");
  return result;
}
template <class T, class... Args>
  requires(sizeof...(Args) > 0)
Result<T> with_context(Result<T> result, fmt::format_string<Args...> format, Args&&... args) {
  if (result) return result;
  return with_context(std::move(result),
                      std::string_view(fmt::format(format, std::forward<Args>(args)...)));
}

namespace error_detail {
/// By value, since a statement expression must not yield a reference into its own scope.
template <class T>
T take_value(std::expected<T, Error>& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}
}  // namespace error_detail

}  // namespace mecrr

/// The value of a Result; or leaves the function with its error. A GNU statement expression:
///   auto fd = TRY(open_file(path));      TRY(write_all(fd, bytes));
/// In a lambda, give the return type: `[&]() -> Result<void> { … }`.
#define TRY(...)                                                              \
  ({                                                                          \
    auto&& try_result_ = (__VA_ARGS__);                                       \
    if (!try_result_) [[unlikely]]                                            \
      return std::unexpected<::mecrr::Error>(std::move(try_result_).error()); \
    ::mecrr::error_detail::take_value(try_result_);                           \
  })

/// For messages: `fmt::print(stderr, "mecrr: {}\n", result.error());`
template <>
struct fmt::formatter<mecrr::Error> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const mecrr::Error& error, Context& context) const {
    return fmt::formatter<std::string_view>::format(error.message, context);
  }
};
