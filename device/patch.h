// A call site that leads to the agent: what was written over the program's code, and where.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/remote_address.h"

namespace mecrr {

/// Where stubs are that the agent's own region has no room for, or is too far from: in blocks of
/// this size at multiples of it, executable, private and anonymous.
inline constexpr std::uint64_t kStubBlockBytes = 0x10000;

/// A jump in place of the instructions before a `syscall`, and the stub that it leads to. Or, with
/// `stub_code` empty, the original code put back.
struct Patch {
  RemoteAddress site;  ///< of the first byte that is changed
  Bytes code;          ///< what stands there now
  RemoteAddress stub;
  Bytes stub_code;

  friend bool operator==(const Patch&, const Patch&) = default;
};

}  // namespace mecrr
