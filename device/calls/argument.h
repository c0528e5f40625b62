// What one argument of a call is: a number of some kind, or a pointer to memory that the call reads
// or writes, and how much. Rows of the table (file.cpp, memory.cpp, …) are made of the functions at
// the end of this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "device/calls/names.h"

namespace mecrr::calls {

/// How the number in the register is to be understood, and written.
enum class Kind : std::uint8_t {
  kUnused,     ///< the call does not look at it
  kInt,        ///< 32 bits, signed
  kUint,       ///< 32 bits, unsigned
  kLong,       ///< 64 bits, signed: lengths of files, offsets, times
  kSize,       ///< 64 bits, unsigned
  kFd,         ///< 32 bits, signed: a descriptor
  kDirectory,  ///< a descriptor of a directory, or AT_FDCWD
  kFlags,      ///< 32 bits, by `names`
  kWideFlags,  ///< 64 bits, by `names`
  kMode,       ///< 32 bits, octal: permissions
  kSignal,     ///< 32 bits: a signal's number
  kPid,        ///< 32 bits, signed: of a process, task or group
  kUser,       ///< 32 bits: of a user or group; -1 for none
  kDevice,     ///< 64 bits: major and minor number
  kCommand,    ///< 32 bits: chooses among the forms of the call (Commands), whose names name it
  kAddress,    ///< 64 bits: an address of which the call reads and writes nothing itself
  kPointer,    ///< 64 bits: the address of memory that the call reads or writes; 0 where it is not
               ///< wanted
};

/// `raw` cut to the width of its kind: sign-extended if signed. The kernel ignores the rest of the
/// register.
constexpr std::uint64_t meant(Kind kind, std::uint64_t raw) {
  switch (kind) {
    case Kind::kInt:
    case Kind::kFd:
    case Kind::kDirectory:
    case Kind::kPid:
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(raw)));
    case Kind::kUint:
    case Kind::kFlags:
    case Kind::kMode:
    case Kind::kSignal:
    case Kind::kUser:
    case Kind::kCommand:
      return static_cast<std::uint32_t>(raw);
    case Kind::kUnused:
    case Kind::kLong:
    case Kind::kSize:
    case Kind::kWideFlags:
    case Kind::kDevice:
    case Kind::kAddress:
    case Kind::kPointer:
      return raw;
  }
  return raw;
}

enum class Direction : std::uint8_t {
  kNone,   ///< not a pointer
  kIn,     ///< the call reads the memory
  kOut,    ///< the call writes the memory
  kInOut,  ///< both
};

/// What is behind a pointer, as far as one must know to find all of it.
enum class Shape : std::uint8_t {
  kBytes,     ///< `room` bytes in one piece: a buffer, a structure, an array of structures
  kText,      ///< characters up to a zero byte
  kTexts,     ///< pointers to texts, up to a null pointer: argv
  kIovecs,    ///< `room` of struct iovec, and what they point to
  kMessage,   ///< a struct msghdr, and what it points to
  kMessages,  ///< `room` of struct mmsghdr, and what they point to
};

/// When the call writes an out argument. (When it fails with EFAULT, whatever it could reach may
/// have been written.)
enum class When : std::uint8_t {
  kSuccess,      ///< the result is not an error
  kPositive,     ///< the result is above 0
  kInterrupted,  ///< only if a signal ended the call early
  kRan,          ///< the result is not an error, or a signal ended the call early
  kAlways,       ///< on errors as well
  kAtOnce,       ///< likewise, and already when the call begins to wait
};

/// Where a number of bytes (or of array members) comes from.
enum class Measure : std::uint8_t {
  kNothing,
  kConstant,  ///< `extra`
  kArgument,  ///< the value of an argument
  kResult,    ///< the result of the call
  kBehind,  ///< the number that a pointer argument points to: before the call for `room`, after it
            ///< for `filled`
  kBits,    ///< an argument counts bits; the kernel reads and writes them in words of 8 bytes
  kPages,   ///< an argument counts bytes; one per page, counting a started page
  kTerminated,  ///< up to and including the first zero byte, after the call
  kChanged,  ///< up to the last byte that differs from before the call: where only the kernel knows
  kRequest,  ///< the size that an ioctl's code has in its bits 16 to 29
};

/// number * unit + extra bytes, where the number is what `measure` says.
struct Amount {
  Measure measure = Measure::kNothing;
  std::uint8_t argument = 0;  ///< for kArgument, kBehind, kBits, kPages
  std::uint8_t width = 4;     ///< for kBehind: bytes of the number
  std::uint16_t offset = 0;   ///< for kBehind: where the number stands in what is pointed to
  std::uint32_t unit = 1;
  std::int32_t extra = 0;

  /// behind(2).at(24): the number stands 24 bytes into the structure.
  constexpr Amount at(std::uint16_t where) const {
    Amount copy = *this;
    copy.offset = where;
    return copy;
  }
  friend constexpr Amount operator*(Amount amount, std::size_t unit) {
    amount.unit *= static_cast<std::uint32_t>(unit);
    amount.extra *= static_cast<std::int32_t>(unit);
    return amount;
  }
  friend constexpr Amount operator+(Amount amount, std::int32_t extra) {
    amount.extra += extra;
    return amount;
  }
};

constexpr Amount bytes(std::int32_t count) {
  return {.measure = Measure::kConstant, .extra = count};
}
constexpr Amount arg(std::uint8_t argument) {
  return {.measure = Measure::kArgument, .argument = argument};
}
constexpr Amount result() { return {.measure = Measure::kResult}; }
template <class T = std::uint32_t>
constexpr Amount behind(std::uint8_t argument) {
  return {.measure = Measure::kBehind, .argument = argument, .width = sizeof(T)};
}
/// `less` for node masks, whose maximum is one more than the number of bits.
constexpr Amount bits(std::uint8_t argument, std::int32_t less = 0) {
  return {.measure = Measure::kBits, .argument = argument, .extra = -less};
}
constexpr Amount pages(std::uint8_t argument) {
  return {.measure = Measure::kPages, .argument = argument};
}
constexpr Amount terminated() { return {.measure = Measure::kTerminated}; }
constexpr Amount changed() { return {.measure = Measure::kChanged}; }
constexpr Amount request() { return {.measure = Measure::kRequest}; }

struct Argument {
  Kind kind = Kind::kUnused;
  Direction direction = Direction::kNone;
  Shape shape = Shape::kBytes;
  When when = When::kSuccess;
  const FlagSet* names = nullptr;  ///< of kFlags and kWideFlags
  std::string_view
      type{};       ///< C's name of what a pointer points to: "sockaddr"; empty for plain bytes
  Amount room{};    ///< what the caller hands over: bytes, or members of kIovecs and kMessages
  Amount filled{};  ///< bytes written, at most those of `room`; of kMessages: members

  constexpr bool reads() const {
    return direction == Direction::kIn || direction == Direction::kInOut;
  }
  constexpr bool writes() const {
    return direction == Direction::kOut || direction == Direction::kInOut;
  }

  // Refinements, for rows: `out<sockaddr>(…).on(When::kAlways)`.
  constexpr Argument on(When condition) const {
    Argument copy = *this;
    copy.when = condition;
    return copy;
  }
  constexpr Argument as(std::string_view name) const {
    Argument copy = *this;
    copy.type = name;
    return copy;
  }
};

// ---- for rows: numbers

constexpr Argument number(Kind kind) { return {.kind = kind}; }
constexpr Argument unused() { return number(Kind::kUnused); }
constexpr Argument sint() { return number(Kind::kInt); }
constexpr Argument uint() { return number(Kind::kUint); }
constexpr Argument slong() { return number(Kind::kLong); }
constexpr Argument size() { return number(Kind::kSize); }
constexpr Argument fd() { return number(Kind::kFd); }
constexpr Argument directory() { return number(Kind::kDirectory); }
constexpr Argument mode() { return number(Kind::kMode); }
constexpr Argument signal() { return number(Kind::kSignal); }
constexpr Argument pid() { return number(Kind::kPid); }
constexpr Argument user() { return number(Kind::kUser); }
constexpr Argument device() { return number(Kind::kDevice); }
constexpr Argument command() { return number(Kind::kCommand); }
constexpr Argument address() { return number(Kind::kAddress); }
constexpr Argument flags(const FlagSet& names) { return {.kind = Kind::kFlags, .names = &names}; }
constexpr Argument wide_flags(const FlagSet& names) {
  return {.kind = Kind::kWideFlags, .names = &names};
}

// ---- for rows: memory

namespace argument_detail {

/// "itimerspec", from the compiler's own name of this function.
template <class T>
constexpr std::string_view type_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  return name.substr(0, name.find_first_of(";]"));
}

constexpr Argument pointer(Direction direction, Shape shape, Amount room, Amount filled) {
  return {.kind = Kind::kPointer,
          .direction = direction,
          .shape = shape,
          .room = room,
          .filled = filled};
}

}  // namespace argument_detail

constexpr Argument path() {
  return argument_detail::pointer(Direction::kIn, Shape::kText, {}, {}).as("path");
}
constexpr Argument text() { return argument_detail::pointer(Direction::kIn, Shape::kText, {}, {}); }
constexpr Argument texts() {
  return argument_detail::pointer(Direction::kIn, Shape::kTexts, {}, {});
}

/// A buffer that is read: `in(arg(2))`.
constexpr Argument in(Amount room) {
  return argument_detail::pointer(Direction::kIn, Shape::kBytes, room, {});
}
/// A structure, or so many, that is read.
template <class T>
constexpr Argument in() {
  return in(bytes(sizeof(T))).as(argument_detail::type_name<T>());
}
template <class T>
constexpr Argument in(Amount count) {
  return in(count * sizeof(T)).as(argument_detail::type_name<T>());
}

/// A buffer that is written: of `room` bytes, and `filled` of them written.
constexpr Argument out(Amount room, Amount filled) {
  return argument_detail::pointer(Direction::kOut, Shape::kBytes, room, filled);
}
constexpr Argument out(Amount room) { return out(room, room); }
template <class T>
constexpr Argument out() {
  return out(bytes(sizeof(T))).as(argument_detail::type_name<T>());
}
template <class T>
constexpr Argument out(Amount count, Amount filled) {
  return out(count * sizeof(T), filled * sizeof(T)).as(argument_detail::type_name<T>());
}
template <class T>
constexpr Argument out(Amount count) {
  return out<T>(count, count);
}

/// Memory that is read and then written.
constexpr Argument inout(Amount room, Amount filled) {
  return argument_detail::pointer(Direction::kInOut, Shape::kBytes, room, filled);
}
constexpr Argument inout(Amount room) { return inout(room, room); }
template <class T>
constexpr Argument inout() {
  return inout(bytes(sizeof(T))).as(argument_detail::type_name<T>());
}
template <class T>
constexpr Argument inout(Amount count) {
  return inout(count * sizeof(T)).as(argument_detail::type_name<T>());
}

constexpr Argument iovecs_in(Amount count) {
  return argument_detail::pointer(Direction::kIn, Shape::kIovecs, count, {}).as("iovec");
}
/// `result` bytes are written into them, one after the other.
constexpr Argument iovecs_out(Amount count) {
  return argument_detail::pointer(Direction::kOut, Shape::kIovecs, count, result()).as("iovec");
}
constexpr Argument iovecs_inout(Amount count) {
  return argument_detail::pointer(Direction::kInOut, Shape::kIovecs, count, result()).as("iovec");
}
constexpr Argument message_in() {
  return argument_detail::pointer(Direction::kIn, Shape::kMessage, bytes(1), {}).as("msghdr");
}
/// Name, data and control as long as the kernel says in the structure, which it writes too.
constexpr Argument message_out() {
  return argument_detail::pointer(Direction::kOut, Shape::kMessage, bytes(1), result())
      .as("msghdr");
}
/// Sent messages; of the first `result` the kernel writes msg_len.
constexpr Argument messages_in(Amount count) {
  return argument_detail::pointer(Direction::kIn, Shape::kMessages, count, result()).as("mmsghdr");
}
constexpr Argument messages_out(Amount count) {
  return argument_detail::pointer(Direction::kOut, Shape::kMessages, count, result()).as("mmsghdr");
}

}  // namespace mecrr::calls
