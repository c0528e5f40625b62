#include "device/protocol/parse_argument.h"

#include "device/protocol/arguments.h"
#include "device/protocol/cursor.h"
#include "device/protocol/structure.h"

namespace mecrr::protocol {
namespace {

using calls::Kind;
using calls::Shape;

constexpr std::int64_t kCurrentDirectory = -100;  // AT_FDCWD

const calls::Command* find_command(const calls::Commands& commands, const SystemCall& call,
                                   std::string_view name) {
  for (const calls::Command& row : commands.rows) {
    const bool level_is_right = commands.level == calls::Commands::kNoLevel ||
                                row.value >> 32 == (call.arguments[commands.level] & 0xffff'ffff);
    if (row.name == name && level_is_right) return &row;
  }
  return nullptr;
}

}  // namespace

Result<std::uint64_t> parse_number(const calls::Argument& argument, const Value& value) {
  if (argument.kind == Kind::kDirectory && value.kind == Value::Kind::kWord &&
      value.word == "AT_FDCWD")
    return static_cast<std::uint64_t>(kCurrentDirectory);
  return parse_scalar(field_kind(argument.kind), argument.names, value);
}

Result<std::uint64_t> parse_command(const calls::Commands& commands, const SystemCall& call,
                                    const Value& value) {
  if (value.kind != Value::Kind::kWord) return wrong_at(value.column, "a command is missing");
  const std::string_view word = value.word;
  const std::size_t bar = word.find('|');
  const calls::Command* command = find_command(commands, call, word.substr(0, bar));
  if (command == nullptr) {
    const auto number = calls::parse_number(word);
    if (!number) return wrong_at(value.column, fmt::format("there is no command `{}`", word));
    return *number;
  }
  const std::uint64_t bits = command->value & 0xffff'ffff;
  if (bar == std::string_view::npos) return bits;
  const auto flags = commands.flags == nullptr
                         ? std::nullopt
                         : calls::parse_flags(*commands.flags, word.substr(bar + 1));
  if (!flags) return wrong_at(value.column, fmt::format("no such flags in `{}`", word));
  return bits | *flags;
}

bool has_content(const calls::Argument& argument) {
  return argument.shape == Shape::kBytes || argument.shape == Shape::kText;
}

Result<Bytes> parse_content(const calls::Argument& argument, const Value& value) {
  if (argument.shape == Shape::kText) {
    if (value.kind != Value::Kind::kBytes) return wrong_at(value.column, "a text is missing");
    Bytes bytes = value.bytes;
    bytes.push_back(std::byte{0});
    return bytes;
  }
  const Structure* structure = argument.type.empty() ? nullptr : find_structure(argument.type);
  if (structure != nullptr) return encode(*structure, value);
  if (value.kind != Value::Kind::kBytes) return wrong_at(value.column, "bytes are missing");
  return value.bytes;
}

}  // namespace mecrr::protocol
