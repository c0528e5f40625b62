#include "base/bytes.h"

#include <algorithm>
#include <cstring>

namespace mecrr {

ByteView as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string_view as_text(ByteView bytes) { return {as_chars(bytes), bytes.size()}; }

const char* as_chars(ByteView bytes) { return reinterpret_cast<const char*>(bytes.data()); }

char* as_chars(MutableBytes bytes) { return reinterpret_cast<char*>(bytes.data()); }

const std::uint8_t* as_octets(ByteView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

ByteView bytes_at(const void* memory, std::size_t size) {
  return {static_cast<const std::byte*>(memory), size};
}

MutableBytes mutable_bytes_at(void* memory, std::size_t size) {
  return {static_cast<std::byte*>(memory), size};
}

Bytes to_bytes(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }

Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }

void append(Bytes& to, ByteView more) { to.insert(to.end(), more.begin(), more.end()); }

// std::ranges::equal() compares std::byte one by one.
bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace mecrr
