#include "device/protocol/arguments.h"

#include <algorithm>

#include "device/calls/signal_names.h"
#include "device/calls/structures.h"
#include "device/calls/written_memory.h"
#include "device/protocol/behind.h"
#include "device/protocol/structure.h"

namespace mecrr::protocol {
namespace {

using calls::Argument;
using calls::Kind;
using calls::Measure;
using calls::Shape;

constexpr std::int64_t kCurrentDirectory = -100;  // AT_FDCWD
constexpr std::size_t kRegisterBytes = 8;

class Behind {
 public:
  Behind(const KnownCall& known, unsigned index, const Limits& limits)
      : known_(known),
        argument_(known.form.arguments[index]),
        start_(known.call.arguments[index]),
        limits_(limits) {}

  Value value() const {
    if (start_.is_null() || !is_shown()) return Value::of_address(start_);
    switch (argument_.shape) {
      case Shape::kBytes:
        return bytes();
      case Shape::kText:
        return text_value(start_, known_.memory, limits_);
      case Shape::kTexts:
        return texts_value(start_, known_.memory, limits_);
      case Shape::kIovecs:
        return iovecs_value(start_, evaluated(argument_.room), data_bytes(), known_.memory,
                            limits_);
      case Shape::kMessage:
        return message_value(start_, data_bytes(), known_.memory, limits_);
      case Shape::kMessages:
        return messages();
    }
    return Value::of_address(start_);
  }

 private:
  bool is_over() const { return known_.result.has_value(); }

  /// What is only written is shown when it has been.
  bool is_shown() const {
    if (argument_.reads()) return true;
    return known_.result && calls::is_written(argument_.when, *known_.result);
  }

  std::uint64_t evaluated(const calls::Amount& amount) const {
    return calls::evaluate(amount, known_.form.arguments, known_.call, known_.result.value_or(0),
                           known_.memory);
  }

  /// How much of iovecs and messages is of interest.
  std::uint64_t data_bytes() const {
    if (argument_.reads()) return ~std::uint64_t{0};
    return static_cast<std::uint64_t>(std::max<std::int64_t>(known_.result.value_or(0), 0));
  }

  Value bytes() const {
    const std::uint64_t room = evaluated(argument_.room);
    if (argument_.reads()) return bytes_value(argument_, {start_, room}, known_.memory, limits_);
    if (argument_.filled.measure == Measure::kTerminated)
      return text_value(start_, known_.memory, limits_);
    if (argument_.filled.measure == Measure::kChanged) return Value::of_address(start_);
    const std::uint64_t filled = std::min(room, evaluated(argument_.filled));
    return bytes_value(argument_, {start_, filled}, known_.memory, limits_);
  }

  Value messages() const {
    const std::uint64_t wanted =
        is_over() && !argument_.reads() ? data_bytes() : evaluated(argument_.room);
    Value list = Value::list();
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(wanted, limits_.items); ++i) {
      const RemoteAddress header = start_ + i * calls::kMultiHeaderBytes;
      const auto length =
          read_object<std::uint32_t>(known_.memory, header + calls::kMessageLengthOffset);
      const std::uint64_t shown = argument_.reads() ? data_bytes() : length.value_or(0);
      list.items.push_back(message_value(header, shown, known_.memory, limits_));
    }
    list.cut = list.items.size() < wanted;
    if (limits_.addresses == Addresses::kShown) list.address = start_;
    return list;
  }

  const KnownCall& known_;
  const Argument& argument_;
  RemoteAddress start_;
  const Limits& limits_;
};

}  // namespace

FieldKind field_kind(Kind kind) {
  switch (kind) {
    case Kind::kInt:
    case Kind::kLong:
    case Kind::kFd:
    case Kind::kPid:
      return FieldKind::kSigned;
    case Kind::kFlags:
    case Kind::kWideFlags:
      return FieldKind::kFlags;
    case Kind::kMode:
      return FieldKind::kOctal;
    case Kind::kSignal:
      return FieldKind::kSignal;
    case Kind::kDevice:
    case Kind::kCommand:
      return FieldKind::kHex;
    case Kind::kAddress:
    case Kind::kPointer:
      return FieldKind::kAddress;
    default:
      return FieldKind::kUnsigned;
  }
}

Value number_value(const Argument& argument, std::uint64_t raw) {
  const std::uint64_t meant = calls::meant(argument.kind, raw);
  if (argument.kind == Kind::kUnused) return Value::of_word("_");
  if (argument.kind == Kind::kDirectory) {
    const auto fd = static_cast<std::int64_t>(meant);
    return fd == kCurrentDirectory ? Value::of_word("AT_FDCWD") : Value::of_signed(fd);
  }
  if (argument.kind == Kind::kUser && meant == ~std::uint32_t{0}) return Value::of_signed(-1);
  return scalar(field_kind(argument.kind), argument.names, meant, kRegisterBytes);
}

Value command_value(const calls::Commands& commands, const SystemCall& call) {
  const std::uint64_t whole = call.arguments[commands.argument] & 0xffff'ffff;
  const calls::Command* command = commands.find(commands.value_in(call.arguments));
  if (command == nullptr) return Value::of_hex(whole);
  std::string text(command->name);
  const std::uint64_t flags = whole & ~commands.mask;
  if (commands.flags != nullptr && (flags != 0 || commands.flags->flags.front().value == 0))
    text += '|' + calls::flags_text(*commands.flags, flags);
  return Value::of_word(std::move(text));
}

Value argument_value(const KnownCall& known, unsigned index, const Limits& limits) {
  const Argument& argument = known.form.arguments[index];
  if (argument.kind != Kind::kPointer) return number_value(argument, known.call.arguments[index]);
  return Behind(known, index, limits).value();
}

}  // namespace mecrr::protocol
