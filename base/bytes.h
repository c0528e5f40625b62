#pragma once

// Bytes and views of them. The only place (with the rest of base/) where one type's memory is
// looked at as another's: everybody else calls these, and needs no reinterpret_cast.
//
// Views own nothing; who holds one sees to it that the bytes live. Numbers are read and written in
// the machine's order, little-endian, with any alignment.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mecrr {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

ByteView as_bytes(std::string_view text);
std::string_view as_text(ByteView bytes);

/// As the pointers that C libraries want: LZ4 and protobuf chars, Capstone octets.
const char* as_chars(ByteView bytes);
char* as_chars(MutableBytes bytes);
const std::uint8_t* as_octets(ByteView bytes);

/// The `size` bytes at `memory` (a mapping, a C buffer).
ByteView bytes_at(const void* memory, std::size_t size);
MutableBytes mutable_bytes_at(void* memory, std::size_t size);

Bytes to_bytes(ByteView bytes);  ///< a copy
Bytes to_bytes(std::string_view text);
void append(Bytes& to, ByteView more);

template <class T>
concept PlainObject = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>;

/// The bytes of an object, padding included: zero it first if they are to be compared or stored.
template <PlainObject T>
ByteView object_bytes(const T& object) {
  return bytes_at(&object, sizeof object);
}
template <PlainObject T>
  requires(!std::is_const_v<T>)
MutableBytes object_bytes(T& object) {
  return mutable_bytes_at(&object, sizeof object);
}
template <PlainObject T>
ByteView object_bytes(const T&& temporary) = delete;

/// `size` bytes from `offset`, or nothing if `bytes` does not hold them all.
inline std::optional<ByteView> slice(ByteView bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  return bytes.subspan(offset, size);
}

/// The T at `offset`, or nothing if it does not lie wholly inside.
template <PlainObject T>
std::optional<T> load(ByteView bytes, std::uint64_t offset = 0) {
  const auto from = slice(bytes, offset, sizeof(T));
  if (!from) return std::nullopt;
  T value;
  std::memcpy(&value, from->data(), sizeof(T));
  return value;
}

/// Writes a T at `offset`; false, and nothing written, if it does not fit.
template <PlainObject T>
[[nodiscard]] bool store(MutableBytes bytes, std::uint64_t offset, const T& value) {
  if (!slice(bytes, offset, sizeof(T))) return false;
  std::memcpy(bytes.data() + offset, &value, sizeof(T));
  return true;
}

/// Appends the bytes of `value`.
template <PlainObject T>
void append_object(Bytes& to, const T& value) {
  append(to, object_bytes(value));
}

bool equal(ByteView a, ByteView b);

}  // namespace mecrr
