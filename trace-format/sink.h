// Where a trace is written to: bytes that grow, and can be cut back. A file in use; tests have
// others that fail when they are told to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace mecrr {

enum class IfExists : bool { kFail, kReplace };

/// Threads: one at a time.
class Sink {
 public:
  virtual ~Sink() = default;

  /// All of `bytes`, or an error with its errno; then some of them may be there.
  virtual Result<void> write_at(std::uint64_t offset, ByteView bytes) = 0;
  /// Makes `size` the end, and gives back what was reserved behind it.
  virtual Result<void> cut(std::uint64_t size) = 0;
  /// Sees to it that writing before `end` will not fail for lack of space; the size stays as it is.
  /// Fails with the errno that writing would fail with. Where that cannot be done it does nothing.
  virtual Result<void> reserve(std::uint64_t size, std::uint64_t end) = 0;
  /// Nothing more will be written: closes, and tells what only closing tells (quotas, network file
  /// systems).
  virtual Result<void> finish() = 0;
};

/// Makes the file. Fails with EEXIST if it is there and may not be replaced. One that is replaced
/// is unlinked, not emptied, so that whoever reads it goes on reading it; what is not a regular
/// file is not replaced.
Result<std::unique_ptr<Sink>> create_sink(const std::string& path, IfExists if_exists);

}  // namespace mecrr
