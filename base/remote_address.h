#pragma once

// Addresses in a tracee. They are numbers here, never pointers: dereferencing one is a mistake that
// the type rules out. Arithmetic wraps at 2^64, as the processor's does; ranges are checked without
// computing an end that could wrap.

#include <fmt/format.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>

namespace mecrr {

/// Of x86-64: what memory is mapped and protected by.
inline constexpr std::uint64_t kPageBytes = 4096;

class RemoteAddress {
 public:
  constexpr RemoteAddress() = default;  ///< null
  constexpr explicit RemoteAddress(std::uint64_t value) : value_(value) {}

  constexpr std::uint64_t value() const { return value_; }
  constexpr bool is_null() const { return value_ == 0; }

  /// The address as the pointer that ptrace(2) and process_vm_readv(2) want. Not to be
  /// dereferenced.
  void* as_pointer() const;

  /// The address that a pointer of ours has, for memory that mecrr and a tracee (a fork) share.
  static RemoteAddress of(const void* pointer);

  /// This address, rounded to a multiple of `alignment` (a power of two).
  constexpr RemoteAddress rounded_down(std::uint64_t alignment) const {
    return RemoteAddress(value_ & ~(alignment - 1));
  }
  constexpr RemoteAddress rounded_up(std::uint64_t alignment) const {
    return RemoteAddress((value_ + alignment - 1) & ~(alignment - 1));
  }

  friend constexpr RemoteAddress operator+(RemoteAddress a, std::uint64_t bytes) {
    return RemoteAddress(a.value_ + bytes);
  }
  friend constexpr RemoteAddress operator-(RemoteAddress a, std::uint64_t bytes) {
    return RemoteAddress(a.value_ - bytes);
  }
  /// Distance in bytes; `a` must not be below `b`, or it wraps.
  friend constexpr std::uint64_t operator-(RemoteAddress a, RemoteAddress b) {
    return a.value_ - b.value_;
  }
  constexpr RemoteAddress& operator+=(std::uint64_t bytes) { return *this = *this + bytes; }
  constexpr RemoteAddress& operator-=(std::uint64_t bytes) { return *this = *this - bytes; }

  friend constexpr auto operator<=>(RemoteAddress, RemoteAddress) = default;

  friend std::ostream& operator<<(std::ostream& out, RemoteAddress a);

 private:
  std::uint64_t value_ = 0;
};

/// `size` bytes from `start`. May be empty; may be nonsense (beyond 2^64) when it comes from a
/// trace.
struct RemoteRange {
  RemoteAddress start;
  std::uint64_t size = 0;

  /// One past the last byte. Wraps for a range that does not fit below 2^64: see is_valid().
  constexpr RemoteAddress end() const { return start + size; }
  constexpr bool is_valid() const { return size <= ~std::uint64_t{0} - start.value(); }

  constexpr bool contains(RemoteAddress a) const { return a >= start && a - start < size; }
  /// Whether all of `inner` lies inside; an empty range lies inside if its start or end touches us.
  constexpr bool contains(RemoteRange inner) const {
    return inner.start >= start && inner.start - start <= size &&
           inner.size <= size - (inner.start - start);
  }
  constexpr bool overlaps(RemoteRange other) const {
    return size != 0 && other.size != 0 && (contains(other.start) || other.contains(start));
  }
  /// The bytes that both have; size 0 if there are none.
  constexpr RemoteRange intersection(RemoteRange other) const {
    if (!overlaps(other)) return {start, 0};
    const RemoteAddress low = start > other.start ? start : other.start;
    const std::uint64_t ours = size - (low - start);
    const std::uint64_t theirs = other.size - (low - other.start);
    return {low, ours < theirs ? ours : theirs};
  }

  friend constexpr bool operator==(const RemoteRange&, const RemoteRange&) = default;

  friend std::ostream& operator<<(std::ostream& out, const RemoteRange& range);
};

}  // namespace mecrr

template <>
struct std::hash<mecrr::RemoteAddress> {
  std::size_t operator()(mecrr::RemoteAddress a) const noexcept {
    return std::hash<std::uint64_t>{}(a.value());
  }
};

/// "0x7f0012345000".
template <>
struct fmt::formatter<mecrr::RemoteAddress> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  template <class Context>
  auto format(mecrr::RemoteAddress a, Context& context) const {
    return fmt::format_to(context.out(), "{:#x}", a.value());
  }
};

/// "0x1000-0x3000", the end exclusive, as in /proc/PID/maps.
template <>
struct fmt::formatter<mecrr::RemoteRange> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  template <class Context>
  auto format(const mecrr::RemoteRange& range, Context& context) const {
    return fmt::format_to(context.out(), "{:#x}-{:#x}", range.start.value(), range.end().value());
  }
};
