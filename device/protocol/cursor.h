// A line of the protocol, read from left to right: words, punctuation, values. All errors name the
// column, from 1. Any bytes may come: nothing here crashes, and nested values end at kMaxDepth.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "device/protocol/value.h"

namespace mecrr::protocol {

class Cursor {
 public:
  static constexpr int kMaxDepth = 16;

  explicit Cursor(std::string_view line) : line_(line) {}

  std::size_t column() const { return at_ + 1; }
  bool at_end() const { return at_ == line_.size(); }
  /// Fails unless the whole line has been read.
  Result<void> expect_end() const;

  /// Letters, digits, `_`, `-`, `@` and `|`; empty where something else is.
  std::string_view word();
  /// Takes `text` if it is next.
  bool take(std::string_view text);
  Result<void> expect(std::string_view text);

  Result<Value> value() { return value_at(0); }

 private:
  Result<Value> value_at(int depth);
  Result<void> read_content(Value& value, int depth);
  Result<Bytes> text_bytes();
  Result<Bytes> hex_bytes();
  Result<void> read_items(Value& value, int depth);
  std::unexpected<Error> wrong(std::string_view what) const;

  std::string_view line_;
  std::size_t at_ = 0;
};

/// "column 7: no such signal"
std::unexpected<Error> wrong_at(std::size_t column, std::string_view what);

}  // namespace mecrr::protocol
