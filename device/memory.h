// The memory of a traced program, to be read. StoppedTask is one; tests have others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/remote_address.h"

namespace mecrr {

class Memory {
 public:
  virtual ~Memory() = default;

  /// Copies memory, whatever its protection. Fills `into` completely or fails, with code EFAULT if
  /// that memory is not there.
  virtual Result<void> read(RemoteAddress from, MutableBytes into) const = 0;
};

/// The bytes before the first zero byte at `from`. Reads no page behind the one with the zero byte.
/// Fails with EFAULT if memory ends before it, and with ENAMETOOLONG if there is none among `max`
/// bytes.
Result<std::string> read_string(const Memory& memory, RemoteAddress from, std::size_t max);

/// `size` bytes.
Result<Bytes> read_bytes(const Memory& memory, RemoteAddress from, std::size_t size);

template <PlainObject T>
Result<T> read_object(const Memory& memory, RemoteAddress from) {
  T object;
  TRY(memory.read(from, object_bytes(object)));
  return object;
}

/// The part of `range`, from its start on, that can be read: `range` itself, or up to the end of a
/// page before its end. Looks at one byte of each page.
RemoteRange readable_part(const Memory& memory, RemoteRange range);

}  // namespace mecrr
