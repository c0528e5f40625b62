// A call site that leads to the agent: what was written over the program's code, and where.
#pragma once

#include "base/bytes.h"
#include "base/remote_address.h"

namespace mecrr {

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
