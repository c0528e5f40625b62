#include "base/hash.h"

#include <xxhash.h>

#include <memory>

#include "base/check.h"

namespace mecrr {

std::uint64_t hash64(ByteView bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Hash128 hash128(ByteView bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

Hash128 hash128(ByteView bytes, std::uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.high64, hash.low64};
}

std::uint32_t hash32(ByteView first, ByteView second) {
  const std::unique_ptr<XXH32_state_t, decltype(&XXH32_freeState)> state(XXH32_createState(),
                                                                         &XXH32_freeState);
  MECRR_CHECK(state != nullptr);
  XXH32_reset(state.get(), 0);
  XXH32_update(state.get(), first.data(), first.size());
  XXH32_update(state.get(), second.data(), second.size());
  return XXH32_digest(state.get());
}

std::ostream& operator<<(std::ostream& out, const Hash128& hash) {
  return out << fmt::format("{}", hash);
}

}  // namespace mecrr
