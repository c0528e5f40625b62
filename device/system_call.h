// A system call as a program makes it: the number and the six argument registers, uninterpreted.
// What they mean is in device/calls/.
#pragma once

#include <array>
#include <cstdint>

namespace mecrr {

struct SystemCall {
  std::uint32_t number = 0;
  std::array<std::uint64_t, 6>
      arguments{};  ///< rdi, rsi, rdx, r10, r8, r9; unused ones hold whatever was there

  friend bool operator==(const SystemCall&, const SystemCall&) = default;
};

}  // namespace mecrr
