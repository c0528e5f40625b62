// Where calls are made for real, to compare what they write with what their rows say.
//
// A scene is a process of its own with an arena: memory filled with a pattern, and unmapped memory
// behind it. A case lays out in the arena what its call needs, and makes it. Before and after, the
// whole arena is looked at: each byte that changed must be in calls::written(), and all of that
// must be readable. What the process does to itself ends with it.
//
//     {"read", [](Scene& scene) {
//        const int fd = scene.file("content");
//        scene.ok(SYS_read, fd, scene.room(100), 100);
//      }},
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/mapping.h"
#include "base/remote_address.h"
#include "device/calls/call.h"
#include "device/memory.h"
#include "device/system_call.h"

namespace mecrr::real_calls {

/// A row's name, with its call's for a command: "read", "ioctl TIOCGWINSZ".
std::string name_of(const calls::Call& call, const calls::Form& form);

/// What came of a case.
struct Findings {
  std::vector<std::string> wrong;  ///< rows that are not right; cases that do not what they mean to
  std::set<std::string> written_by;        ///< names of forms that were seen to write memory
  std::set<std::string> lacking;           ///< names of forms that this kernel does not have
  std::vector<std::string> not_permitted;  ///< what the case may not do here: it went no further
};

class Scene;

struct Case {
  std::string_view name;
  void (*run)(Scene& scene);
};

/// Runs a case in a process of its own, twice, since a pattern may equal what is written.
Findings run(const Case& what);

/// An argument of a call: any number, or a pointer to memory in no arena.
struct Register {
  std::uint64_t value;
  template <std::integral T>
  Register(T number) : value(static_cast<std::uint64_t>(static_cast<std::int64_t>(number))) {}
  Register(std::uint64_t number) : value(number) {}
};

class Scene {
 public:
  Scene(int report_fd, std::byte pattern);
  Scene(Scene&&) = delete;
  ~Scene();

  // ---- memory in the arena: addresses

  /// So many bytes, holding the pattern, with more of the pattern around them.
  std::uint64_t room(std::size_t size);
  /// So many bytes, and unmapped memory right behind them.
  std::uint64_t room_at_end(std::size_t size);
  std::uint64_t put(ByteView bytes);
  template <PlainObject T>
    requires(!std::convertible_to<T, ByteView>)
  std::uint64_t put(const T& object) {
    return put(object_bytes(object));
  }
  std::uint64_t text(std::string_view text);  ///< with a zero byte
  struct Part {
    std::uint64_t address, size;
  };
  std::uint64_t iovecs(std::initializer_list<Part> parts);  ///< an array of struct iovec
  template <PlainObject T>
  T at(std::uint64_t address) const {
    return *load<T>(arena_.bytes(), address - start());
  }

  // ---- calls that are compared with their rows

  /// Makes the call.
  /// @return raw result
  template <class... Arguments>
  std::int64_t call(std::uint32_t number, Arguments... arguments) {
    return make({number, {Register(arguments).value...}});
  }
  /// The same; the case goes no further if the call fails.
  template <class... Arguments>
  std::int64_t ok(std::uint32_t number, Arguments... arguments) {
    return expect_success({number, {Register(arguments).value...}});
  }
  /// The same; it must fail with `error`.
  template <class... Arguments>
  void fails(int error, std::uint32_t number, Arguments... arguments) {
    expect_error(error, {number, {Register(arguments).value...}});
  }

  // ---- surroundings

  /// The case goes no further if `result`, of a call that returns -1 for errors, is one.
  int need(std::int64_t result, std::string_view what);
  int open(const char* path, int flags);
  /// A file with this content, open for reading and writing, at its start.
  int file(std::string_view content);
  /// A new path in a directory that is removed with the case.
  std::string path(std::string_view name);
  struct Pair {
    int ours, theirs;
  };
  Pair pipe();  ///< read from `ours`
  Pair sockets(int family, int type);
  Pair terminal();  ///< the program's side, and the master's
  /// Runs when the case is over: for what would outlive its process.
  void at_end(std::function<void()> clean);
  /// A signal handler runs every 20 ms from now on, which interrupts calls.
  void interrupt();

 private:
  std::uint64_t start() const;
  std::int64_t make(const SystemCall& call);
  std::int64_t expect_success(const SystemCall& call);
  void expect_error(int error, const SystemCall& call);
  void compare(const SystemCall& call, ByteView before, std::span<const RemoteRange> written,
               std::int64_t result);
  void report(char kind, std::string_view what) const;
  [[noreturn]] void end_early(char kind, std::string_view why) const;
  [[noreturn]] void give_up(std::string_view why) const;

  int report_fd_;
  Mapping arena_;
  std::size_t used_ = 0;
  std::string directory_;
  std::vector<std::function<void()>> at_end_;
};

}  // namespace mecrr::real_calls
