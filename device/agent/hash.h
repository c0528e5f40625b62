// base/hash.h's hash64(), for the agent. Freestanding.
#pragma once

#include <cstdint>

namespace mecrr::agent {

extern "C" std::uint64_t agent_hash64(std::uint64_t start, std::uint64_t size);  // hash.c

inline std::uint64_t hash64(std::uint64_t start, std::uint64_t size) {
  return agent_hash64(start, size);
}

}  // namespace mecrr::agent
