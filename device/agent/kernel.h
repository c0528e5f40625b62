// The agent's own way into the kernel: the one `syscall` instruction of its code, which the seccomp
// filter lets through. Freestanding.
#pragma once

#include <cstdint>

namespace mecrr::agent {

/// Makes a call. @return raw: -4095..-1 is a negated errno.
inline std::int64_t kernel(std::uint64_t number, std::uint64_t a = 0, std::uint64_t b = 0,
                           std::uint64_t c = 0, std::uint64_t d = 0, std::uint64_t e = 0,
                           std::uint64_t f = 0) {
  register std::uint64_t r10 asm("r10") = d;
  register std::uint64_t r8 asm("r8") = e;
  register std::uint64_t r9 asm("r9") = f;
  std::int64_t result;
  asm volatile("call agent_kernel"  // entry.S
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory", "cc");
  return result;
}

}  // namespace mecrr::agent
