// XXH3 with general registers only. In C, since the header needs <stdlib.h>, which in C++ brings
// long double along.
#include <stdint.h>
#include <string.h>

// Freestanding code has no memcpy that the compiler knows, unless it is called by its other name.
#define memcpy(to, from, size) __builtin_memcpy(to, from, size)
#define XXH_INLINE_ALL
#define XXH_VECTOR 0  // XXH_SCALAR
#include <xxhash.h>
#undef memcpy

uint64_t agent_hash64(uint64_t start, uint64_t size);  // hash.h

uint64_t agent_hash64(uint64_t start, uint64_t size) {
  return XXH3_64bits((const void*)start, size);
}
