#pragma once

// Strong numbers: an Id<Tag> is a number that says what it numbers. There is no conversion from or
// to plain numbers or other ids, so that a thread's number cannot be passed where an event's is
// meant.
//
//   constexpr Tid main_thread{4711};
//   fmt::print("task {}\n", main_thread);            // "task 4711"
//   kill(main_thread.value(), SIGTERM);              // the kernel wants the plain number
//
// Values: cheap to copy, ordered, hashable, printable by fmt and by GoogleTest.

#include <fmt/format.h>
#include <sys/types.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>

namespace mecrr {

template <class Tag, class Rep = std::uint64_t>
class Id {
 public:
  using rep = Rep;

  constexpr Id() = default;  ///< number 0
  constexpr explicit Id(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }

  /// The id after this one, for the ids that are handed out in order.
  constexpr Id next() const { return Id(static_cast<Rep>(value_ + 1)); }

  friend constexpr auto operator<=>(Id, Id) = default;

  /// For GoogleTest's messages.
  friend std::ostream& operator<<(std::ostream& out, Id id) { return out << id.value_; }

 private:
  Rep value_{};
};

/// A task (a thread) as the kernel numbers it in mecrr's pid namespace.
using Tid = Id<struct TidTag, pid_t>;

/// A thread group, as getpid() answers.
using Pid = Id<struct PidTag, pid_t>;

/// One address space's history: it begins at an exec or a fork and ends at an exec or with its last
/// task. Numbered from 1 in the order in which they begin; a pid can have several, one after the
/// other.
using StreamId = Id<struct StreamIdTag>;

/// Position in one stream, from 0.
using EventId = Id<struct EventIdTag>;

/// Global order number of an event: the whole run can be shown in one order.
using Order = Id<struct OrderTag>;

/// A stored content of (part of) a file, of one trace.
using ContentId = Id<struct ContentIdTag>;

}  // namespace mecrr

template <class Tag, class Rep>
struct std::hash<mecrr::Id<Tag, Rep>> {
  std::size_t operator()(mecrr::Id<Tag, Rep> id) const noexcept {
    return std::hash<Rep>{}(id.value());
  }
};

/// Formats as its number and takes a number's format options, as in "{:>6}".
template <class Tag, class Rep>
struct fmt::formatter<mecrr::Id<Tag, Rep>> : fmt::formatter<Rep> {
  template <class Context>
  auto format(mecrr::Id<Tag, Rep> id, Context& context) const {
    return fmt::formatter<Rep>::format(id.value(), context);
  }
};
