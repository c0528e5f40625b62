#pragma once

// Hashes of contents: XXH3, the same on every machine and in every version (its output is
// specified). Fast, not cryptographic: who can choose the contents can make them collide. So a hash
// may say "look here first", and may find accidental damage, but must not decide alone whether
// hostile input is what it claims to be.

#include <fmt/format.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>

#include "base/bytes.h"

namespace mecrr {

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend constexpr auto operator<=>(const Hash128&, const Hash128&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Hash128& hash);
};

std::uint64_t hash64(ByteView bytes);
Hash128 hash128(ByteView bytes);
/// Another hash for each seed: who does not know it cannot choose contents that collide.
Hash128 hash128(ByteView bytes, std::uint64_t seed);
/// XXH32, LZ4's checksum, of `first` with `second` behind it.
std::uint32_t hash32(ByteView first, ByteView second);

}  // namespace mecrr

template <>
struct std::hash<mecrr::Hash128> {
  std::size_t operator()(const mecrr::Hash128& hash) const noexcept { return hash.low; }
};

/// 32 hexadecimal digits, high half first.
template <>
struct fmt::formatter<mecrr::Hash128> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  template <class Context>
  auto format(const mecrr::Hash128& hash, Context& context) const {
    return fmt::format_to(context.out(), "{:016x}{:016x}", hash.high, hash.low);
  }
};
