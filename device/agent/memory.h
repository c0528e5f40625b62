// Memory as the agent sees it: its own, and the program's, which is the same address space. Numbers
// are addresses. Whatever is not there faults; the device then sends the task to `abandon`, so the
// program's memory is touched before a call is made, or where the kernel has just written.
// Freestanding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "device/agent/state.h"

namespace mecrr::agent {

template <class T>
inline T* at(std::uint64_t address) {
  return __builtin_bit_cast(T*, address);
}
inline std::uint64_t address_of(const void* pointer) {
  return __builtin_bit_cast(std::uint64_t, pointer);
}

inline AgentState& state() { return *at<AgentState>(kState); }

/// A T at any alignment.
template <class T>
inline T load(std::uint64_t address) {
  T value;
  __builtin_memcpy(&value, at<const T>(address), sizeof value);
  return value;
}
template <class T>
inline void store(std::uint64_t address, T value) {
  __builtin_memcpy(at<T>(address), &value, sizeof value);
}

/// Reads a byte, for the fault that there may be.
inline void touch(std::uint64_t address) { (void)*at<const volatile std::uint8_t>(address); }

/// Touches each page of `size` bytes.
inline void touch_all(std::uint64_t start, std::uint64_t size) {
  constexpr std::uint64_t kPage = 4096;
  if (size == 0) return;
  touch(start);
  for (std::uint64_t page = (start | (kPage - 1)) + 1; page < start + size; page += kPage) {
    touch(page);
  }
  touch(start + size - 1);
}

inline void copy(std::uint64_t to, std::uint64_t from, std::uint64_t size) {
  constexpr std::uint64_t kLong = 256;  // where the processor's own copying begins to pay
  if (size >= kLong) {
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
    return;
  }
  for (; size >= 8; size -= 8, to += 8, from += 8) store(to, load<std::uint64_t>(from));
  for (; size > 0; --size, ++to, ++from) store(to, load<std::uint8_t>(from));
}

/// Whether they are the same, without looking behind the first difference's word.
inline bool equal(std::uint64_t a, std::uint64_t b, std::uint64_t size) {
  for (; size >= 8; size -= 8, a += 8, b += 8) {
    if (load<std::uint64_t>(a) != load<std::uint64_t>(b)) return false;
  }
  for (; size > 0; --size, ++a, ++b) {
    if (load<std::uint8_t>(a) != load<std::uint8_t>(b)) return false;
  }
  return true;
}

}  // namespace mecrr::agent
