// One system call, as data: a row of the table. How to add one: README.md here.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "device/calls/argument.h"

namespace mecrr::calls {

struct Effect;    // effects/effect.h
struct Commands;  // below

/// What a replay does with the call.
enum class Replay : std::uint8_t {
  kAnswer,  ///< result and written memory come from the log; the kernel sees nothing
  kMemory,  ///< it shapes the address space: the log says how, and replay does the like
  kTask,    ///< it makes, ends or replaces a task, or returns from a signal handler
  kRefuse,  ///< not even recorded: the program gets `refusal`, as from a kernel that lacks the call
};

/// Whether the call can wait for something that another task may have to bring about.
enum class Blocks : std::uint8_t { kNever, kMaybe };

/// Whether the agent inside the tracee may perform or answer the call (Replay::kAnswer only).
enum class Agent : std::uint8_t {
  kMay,
  kMustNot,  ///< the call concerns state that the agent shares with the program: signal stacks,
             ///< filters, and what the recorder follows from outside
};

/// Registers other than rax, rcx and r11 after the call.
enum class RegistersAfter : std::uint8_t { kKept, kSet };

/// Whether refusing is worth a warning.
enum class Warn : std::uint8_t { kYes, kNo };

struct Refusal {
  int error = 0;           ///< errno that the program gets
  Warn warn = Warn::kYes;  ///< kNo: every libc asks, and does without
};

constexpr std::size_t kMaxArguments = 6;

/// What a call's registers hold.
class Arguments {
 public:
  constexpr Arguments(std::initializer_list<Argument> arguments) {
    for (const Argument& argument : arguments) all_[count_++] = argument;
  }
  constexpr std::size_t size() const { return count_; }
  constexpr const Argument& operator[](std::size_t i) const { return all_[i]; }
  constexpr const Argument* begin() const { return all_.data(); }
  constexpr const Argument* end() const { return all_.data() + count_; }

 private:
  std::array<Argument, kMaxArguments> all_{};
  std::size_t count_ = 0;
};

/// The rarer columns of a row, by name: `{.effect = &kCloneEffect}`.
struct Extra {
  const Effect* effect = nullptr;      ///< what the arguments cannot say, in effects/
  const Commands* commands = nullptr;  ///< the call is many calls in one; the row's arguments are
                                       ///< those of an unknown command
  Refusal refusal{};                   ///< of kRefuse
  RegistersAfter registers = RegistersAfter::kKept;
  Agent agent = Agent::kMay;
};

/// A call, or one of the many that a call with commands is.
struct Form {
  std::string_view name;
  Arguments arguments;
  Replay replay = Replay::kAnswer;
  Blocks blocks = Blocks::kNever;
  Extra extra{};

  /// How many registers it looks at.
  constexpr std::size_t arity() const { return arguments.size(); }
  constexpr bool agent_may() const {
    return replay == Replay::kAnswer && extra.agent == Agent::kMay &&
           extra.registers == RegistersAfter::kKept;
  }
  constexpr bool writes_memory() const {
    for (const Argument& argument : arguments) {
      if (argument.writes() || argument.filled.measure != Measure::kNothing) return true;
    }
    return extra.effect != nullptr;
  }
};

/// A row of the table.
struct Call : Form {
  std::uint32_t number;

  constexpr Call(std::uint32_t number, std::string_view name, Arguments arguments,
                 Replay replay = Replay::kAnswer, Blocks blocks = Blocks::kNever, Extra extra = {})
      : Form{name, arguments, replay, blocks, extra}, number(number) {}
};

/// A row of a sub-table: the form that a call has with one command.
struct Command : Form {
  std::uint64_t value;  ///< see Commands::value_in

  constexpr Command() : Form{{}, {}}, value(0) {}
  constexpr Command(std::uint64_t value, std::string_view name, Arguments arguments,
                    Replay replay = Replay::kAnswer, Blocks blocks = Blocks::kNever,
                    Extra extra = {})
      : Form{name, arguments, replay, blocks, extra}, value(value) {}
};

/// What a command that the sub-table does not have means.
enum class Unknown : std::uint8_t {
  kIsRow,    ///< the call's own row describes all commands; the sub-table adds names
  kIsError,  ///< nobody can say what the call reads and writes
};

/// A sub-table: the forms of a call by its command.
struct Commands {
  static constexpr std::uint8_t kNoLevel = 0xff;

  std::span<const Command> rows;  ///< by ascending value
  Unknown unknown = Unknown::kIsError;
  std::uint8_t argument = 1;         ///< holds the command
  std::uint64_t mask = 0xffff'ffff;  ///< of its bits
  std::uint8_t level =
      kNoLevel;  ///< of setsockopt and getsockopt: the argument that holds the level
  const FlagSet* flags = nullptr;  ///< names of the other bits, where `mask` leaves any
  int unknown_error = 22;  ///< errno for a command that no row and nobody describes: EINVAL mostly
  /// Describes commands that have no row: ioctl codes say direction and size. Null: none.
  const Form* (*describe)(std::uint64_t command) = nullptr;

  /// The number by which rows are ordered: the command's bits, and above them the level.
  constexpr std::uint64_t value_in(
      const std::array<std::uint64_t, kMaxArguments>& arguments) const {
    const std::uint64_t command = arguments[argument] & mask;
    return level == kNoLevel ? command : (arguments[level] & 0xffff'ffff) << 32 | command;
  }
  const Command* find(std::uint64_t value) const;
  const Command* find(std::string_view name) const;
};

/// A sub-table in the order that Commands::rows wants, from rows in the order that people want.
template <std::size_t N>
consteval std::array<Command, N> by_value(const Command (&rows)[N]) {
  std::array<Command, N> sorted;
  std::copy(rows, rows + N, sorted.begin());
  std::sort(sorted.begin(), sorted.end(),
            [](const Command& a, const Command& b) { return a.value < b.value; });
  return sorted;
}

// ---- what must hold of rows, checked when they are compiled:
// `static_assert(well_formed(kFileCalls));`

consteval bool well_formed(const Amount& amount, const Arguments& arguments) {
  switch (amount.measure) {
    case Measure::kArgument:
    case Measure::kBits:
    case Measure::kPages: {
      if (amount.argument >= arguments.size()) return false;
      const Kind kind = arguments[amount.argument].kind;
      return kind == Kind::kSize || kind == Kind::kUint || kind == Kind::kInt ||
             kind == Kind::kLong;
    }
    case Measure::kBehind:
      return amount.argument < arguments.size() &&
             arguments[amount.argument].kind == Kind::kPointer &&
             (amount.width == 2 || amount.width == 4 || amount.width == 8);
    case Measure::kConstant:
      return amount.extra > 0;
    case Measure::kNothing:
    case Measure::kResult:
    case Measure::kTerminated:
    case Measure::kChanged:
    case Measure::kRequest:
      return true;
  }
  return false;
}

consteval bool well_formed(const Argument& argument, const Arguments& all) {
  const bool is_pointer = argument.kind == Kind::kPointer;
  if (is_pointer != (argument.direction != Direction::kNone)) return false;
  if ((argument.kind == Kind::kFlags || argument.kind == Kind::kWideFlags) !=
      (argument.names != nullptr))
    return false;
  if (argument.writes() && argument.filled.measure == Measure::kNothing) return false;
  const bool has_room =
      argument.room.measure != Measure::kNothing && argument.room.measure != Measure::kResult;
  const bool finds_its_own_end = argument.shape == Shape::kText || argument.shape == Shape::kTexts;
  if (is_pointer && has_room == finds_its_own_end) return false;
  return well_formed(argument.room, all) && well_formed(argument.filled, all);
}

consteval bool well_formed(const Form& form) {
  if (form.name.empty()) return false;
  for (const Argument& argument : form.arguments) {
    if (!well_formed(argument, form.arguments)) return false;
  }
  return (form.replay == Replay::kRefuse) == (form.extra.refusal.error != 0);
}

template <std::size_t N>
consteval bool well_formed(const Call (&calls)[N]) {
  for (std::size_t i = 0; i < N; ++i) {
    if (!well_formed(static_cast<const Form&>(calls[i]))) return false;
    if (i > 0 && calls[i - 1].number >= calls[i].number) return false;
  }
  return true;
}

template <std::size_t N>
consteval bool well_formed(const std::array<Command, N>& commands) {
  for (std::size_t i = 0; i < N; ++i) {
    if (!well_formed(static_cast<const Form&>(commands[i]))) return false;
    if (i > 0 && commands[i - 1].value >= commands[i].value) return false;
  }
  return true;
}

}  // namespace mecrr::calls
