// Structures of the kernel as data: which fields they have, where, and how each is written. From
// one table come both directions: memory -> Value (decode) and Value -> memory (encode).
//
// decode() loses nothing: bytes that no field covers are shown, as `@OFFSET: x"…"`, unless they are
// 0. So encode(decode(bytes)) == bytes, zeros at the end aside.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "device/calls/names.h"
#include "device/protocol/value.h"

namespace mecrr::protocol {

struct Structure;

enum class FieldKind : std::uint8_t {
  kSigned,
  kUnsigned,
  kHex,
  kOctal,
  kAddress,  ///< a pointer: nothing behind it is shown
  kFlags,    ///< by `names`
  kSignal,   ///< a signal's number
  kSignals,  ///< a set of signals: [SIGINT, SIGCHLD]
  kBits,     ///< a set of numbers: [0, 3]
  kText,     ///< characters up to a zero byte or the field's end
  kBytes,
  kPort,       ///< 16 bits, network order
  kIpv4,       ///< "127.0.0.1"
  kIpv6,       ///< "::1"
  kStructure,  ///< `nested`, once or several times
};

struct Field {
  std::string_view name;
  std::uint16_t offset;
  std::uint16_t
      size;  ///< bytes; 0: all the rest (kText and kBytes of structures without fixed size)
  FieldKind kind = FieldKind::kUnsigned;
  const calls::FlagSet* names = nullptr;
  const Structure* nested = nullptr;
};

struct Structure {
  std::string_view name;  ///< C's, as the call table has it in Argument::type
  std::uint16_t size;     ///< bytes
  std::span<const Field> fields;
  /// Some begin alike and go on by what stands there: a sockaddr by its family. Gives the whole
  /// structure, or null if the bytes say nothing known. Null where there are no variants.
  const Structure* (*variant)(ByteView bytes) = nullptr;
  /// Its size may be any up to `size`, as whoever hands it over says: a sockaddr.
  bool variable = false;
};

/// By the name in the call table; null for types that have no table here. Scalars ("int") are
/// structures with one field that has no name.
const Structure* find_structure(std::string_view name);

/// One structure, or a list of as many as `bytes` hold; what is no whole number of structures is
/// shown as bytes.
Value decode(const Structure& structure, ByteView bytes);

/// The reverse. The size is that of the structure or structures; of a variable one, up to its last
/// field. An error names the column.
Result<Bytes> encode(const Structure& structure, const Value& value);

/// A word as a number, by its kind; an error names the column.
Result<std::uint64_t> parse_scalar(FieldKind kind, const calls::FlagSet* names, const Value& value);
Value scalar(FieldKind kind, const calls::FlagSet* names, std::uint64_t raw, std::size_t bytes);

}  // namespace mecrr::protocol
