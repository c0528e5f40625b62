#include "base/hash.h"

#include <xxhash.h>

namespace mecrr {

std::uint64_t hash64(ByteView bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Hash128 hash128(ByteView bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

std::ostream& operator<<(std::ostream& out, const Hash128& hash) {
  return out << fmt::format("{}", hash);
}

}  // namespace mecrr
