#include "device/protocol/value.h"

#include <fmt/format.h>

#include <iterator>

namespace mecrr::protocol {

Value Value::of_word(std::string word) {
  Value value;
  value.word = std::move(word);
  return value;
}

Value Value::of_signed(std::int64_t number) { return of_word(fmt::format("{}", number)); }

Value Value::of_unsigned(std::uint64_t number) {
  return number >> 32 == 0 ? of_word(fmt::format("{}", number)) : of_hex(number);
}

Value Value::of_hex(std::uint64_t number) { return of_word(fmt::format("{:#x}", number)); }

Value Value::of_address(RemoteAddress address) {
  return address.is_null() ? of_word("null") : of_hex(address.value());
}

Value Value::of_bytes(ByteView bytes) {
  Value value;
  value.kind = Kind::kBytes;
  value.bytes = to_bytes(bytes);
  return value;
}

Value Value::list() {
  Value value;
  value.kind = Kind::kList;
  return value;
}

Value Value::record() {
  Value value;
  value.kind = Kind::kRecord;
  return value;
}

void Value::add(std::string name, Value value) {
  names.push_back(std::move(name));
  items.push_back(std::move(value));
}

const Value* member(const Value& record, std::string_view name) {
  for (std::size_t i = 0; i < record.names.size(); ++i) {
    if (record.names[i] == name) return &record.items[i];
  }
  return nullptr;
}

namespace {

constexpr char kEllipsis[] = "...";

bool is_plain(unsigned char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

std::string escaped(unsigned char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    default:
      return fmt::format("\\x{:02x}", c);  // two digits always, so that what follows is not one
  }
}

void append_text(std::string& to, const Value& value) {
  if (value.address) fmt::format_to(std::back_inserter(to), "{:#x}:", value.address->value());
  switch (value.kind) {
    case Value::Kind::kWord:
      to += value.word;
      return;
    case Value::Kind::kBytes:
      to += quoted(value.bytes);
      if (value.cut) to += kEllipsis;
      return;
    case Value::Kind::kList:
    case Value::Kind::kRecord:
      break;
  }
  const bool is_list = value.kind == Value::Kind::kList;
  to += is_list ? '[' : '{';
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) to += ", ";
    if (!is_list) to += value.names[i] + ": ";
    append_text(to, value.items[i]);
  }
  if (value.cut) to += kEllipsis;
  to += is_list ? ']' : '}';
}

}  // namespace

std::string quoted(ByteView bytes) {
  std::string text = "\"";
  std::size_t escapes = 0;
  for (const std::byte byte : bytes) {
    const auto c = std::to_integer<unsigned char>(byte);
    if (is_plain(c)) {
      text += static_cast<char>(c);
    } else {
      text += escaped(c);
      escapes += text.end()[-2] != '\\';  // \x00 makes four characters of one, \n only two
    }
  }
  if (escapes * 2 <= bytes.size()) return text + '"';
  std::string digits = "x\"";
  for (const std::byte byte : bytes)
    fmt::format_to(std::back_inserter(digits), "{:02x}", std::to_integer<unsigned>(byte));
  return digits + '"';
}

std::string text_of(const Value& value) {
  std::string text;
  append_text(text, value);
  return text;
}

}  // namespace mecrr::protocol
