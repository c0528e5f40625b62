// What stands between commas on a line of the protocol, without regard to what it means: a word,
// some bytes, a list, a record. Printing goes memory -> Value -> text, parsing text -> Value ->
// memory; what values mean is in structure.h and arguments.h. The grammar is in
// docs/device-protocol.md.
//
//     O_RDWR|O_CLOEXEC          word: number, name, names joined by |
//     "abc\n"   x"7f454c46"     bytes
//     [1, 2]                    list
//     {sec: 1, nsec: 0}         record
//     0x7f00:"abc"              any of them, and where it is in memory
//     "abc"...   [1, 2...]      there is more than is shown
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/remote_address.h"

namespace mecrr::protocol {

struct Value {
  enum class Kind { kWord, kBytes, kList, kRecord };

  Kind kind = Kind::kWord;
  std::string word;                ///< kWord
  Bytes bytes;                     ///< kBytes
  std::vector<Value> items;        ///< kList, kRecord
  std::vector<std::string> names;  ///< kRecord: one per item
  bool cut = false;                ///< of kBytes and kList: there is more than is shown
  std::optional<RemoteAddress> address;
  std::size_t column = 0;  ///< where it began in a parsed line, from 1; 0 if it was not parsed

  static Value of_word(std::string word);
  static Value of_signed(std::int64_t number);
  /// Decimal, or hexadecimal from 2^32 on: such numbers are addresses, masks and the like.
  static Value of_unsigned(std::uint64_t number);
  static Value of_hex(std::uint64_t number);
  /// "null" for 0.
  static Value of_address(RemoteAddress address);
  static Value of_bytes(ByteView bytes);
  static Value list();
  static Value record();

  /// Adds to a record.
  void add(std::string name, Value value);
};

/// The item of a record; null if it has none of that name.
const Value* member(const Value& record, std::string_view name);

std::string text_of(const Value& value);

/// Bytes as text, with escapes, or in hexadecimal if there would be more escapes than text:
/// `"abc\n"`, `x"7f454c46"`.
std::string quoted(ByteView bytes);

}  // namespace mecrr::protocol
