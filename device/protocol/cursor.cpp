#include "device/protocol/cursor.h"

#include <algorithm>
#include <optional>

#include "device/calls/names.h"

namespace mecrr::protocol {
namespace {

constexpr unsigned kNibbleBits = 4;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '@' || c == '|';
}

std::optional<unsigned> digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

std::optional<char> meaning_of_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case '"':
    case '\\':
      return c;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::unexpected<Error> wrong_at(std::size_t column, std::string_view what) {
  return fail("column {}: {}", column, what);
}

std::unexpected<Error> Cursor::wrong(std::string_view what) const {
  return wrong_at(column(), what);
}

Result<void> Cursor::expect_end() const {
  if (!at_end()) return wrong("something follows where the line should end");
  return {};
}

std::string_view Cursor::word() {
  const std::size_t start = at_;
  while (at_ < line_.size() && is_word(line_[at_])) ++at_;
  return line_.substr(start, at_ - start);
}

bool Cursor::take(std::string_view text) {
  if (!line_.substr(at_).starts_with(text)) return false;
  at_ += text.size();
  return true;
}

Result<void> Cursor::expect(std::string_view text) {
  if (!take(text)) return wrong(fmt::format("`{}` is missing", text));
  return {};
}

Result<Value> Cursor::value_at(int depth) {
  if (depth == kMaxDepth) return wrong("nested too deeply");
  const std::size_t start = column();
  Value value;
  if (!line_.substr(at_).starts_with("x\"")) value.word = word();
  if (!value.word.empty() && take(":")) {
    const auto address = calls::parse_number(value.word);
    if (!address) return wrong_at(start, "an address is a number");
    value = {};
    value.address = RemoteAddress(*address);
    TRY(read_content(value, depth));
  } else if (value.word.empty()) {
    TRY(read_content(value, depth));
  }
  value.column = start;
  return value;
}

/// Bytes, a list or a record.
Result<void> Cursor::read_content(Value& value, int depth) {
  if (take("\"")) {
    value.kind = Value::Kind::kBytes;
    value.bytes = TRY(text_bytes());
    value.cut = take("...");
  } else if (take("x\"")) {
    value.kind = Value::Kind::kBytes;
    value.bytes = TRY(hex_bytes());
    value.cut = take("...");
  } else if (take("[")) {
    value.kind = Value::Kind::kList;
    TRY(read_items(value, depth));
  } else if (take("{")) {
    value.kind = Value::Kind::kRecord;
    TRY(read_items(value, depth));
  } else {
    return wrong("a value is missing");
  }
  return {};
}

Result<Bytes> Cursor::text_bytes() {
  Bytes bytes;
  while (!take("\"")) {
    if (at_end()) return wrong("the text does not end");
    char c = line_[at_++];
    if (c == '\\') {
      if (take("x")) {
        const auto high = at_ < line_.size() ? digit(line_[at_]) : std::nullopt;
        const auto low = at_ + 1 < line_.size() ? digit(line_[at_ + 1]) : std::nullopt;
        if (!high || !low) return wrong("two hexadecimal digits are missing");
        at_ += 2;
        bytes.push_back(static_cast<std::byte>(*high << kNibbleBits | *low));
        continue;
      }
      const auto meant = at_end() ? std::nullopt : meaning_of_escape(line_[at_]);
      if (!meant) return wrong("no such escape");
      ++at_;
      c = *meant;
    }
    bytes.push_back(static_cast<std::byte>(c));
  }
  return bytes;
}

Result<Bytes> Cursor::hex_bytes() {
  Bytes bytes;
  while (!take("\"")) {
    const auto high = at_ < line_.size() ? digit(line_[at_]) : std::nullopt;
    const auto low = at_ + 1 < line_.size() ? digit(line_[at_ + 1]) : std::nullopt;
    if (!high || !low) return wrong("two hexadecimal digits or `\"` are missing");
    at_ += 2;
    bytes.push_back(static_cast<std::byte>(*high << kNibbleBits | *low));
  }
  return bytes;
}

Result<void> Cursor::read_items(Value& value, int depth) {
  const bool is_list = value.kind == Value::Kind::kList;
  const std::string_view end = is_list ? "]" : "}";
  while (!take(end)) {
    if (is_list && take("...")) {
      value.cut = true;
      return expect(end);
    }
    if (!value.items.empty()) TRY(expect(", "));
    if (!is_list) {
      const std::string_view name = word();
      if (name.empty()) return wrong("a name is missing");
      value.names.emplace_back(name);
      TRY(expect(": "));
    }
    value.items.push_back(TRY(value_at(depth + 1)));
  }
  return {};
}

}  // namespace mecrr::protocol
