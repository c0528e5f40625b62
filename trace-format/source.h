// Where a trace is read from: bytes by position. A file in use; bytes in memory in tests.
//
// It is read, not mapped: a mapping of a file that somebody truncates, or on a disk that fails, is
// a SIGBUS; a read is an error.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace mecrr {

class Source {
 public:
  virtual ~Source() = default;

  /// When it was opened; what is appended later is not seen.
  virtual std::uint64_t size() const = 0;
  /// Fills `into` from `offset` on, or fails.
  virtual Result<void> read_at(std::uint64_t offset, MutableBytes into) const = 0;
};

/// Fails if there is no such file, or it is not a regular one.
Result<std::unique_ptr<Source>> open_source(const std::string& path);

std::unique_ptr<Source> source_of(Bytes bytes);

}  // namespace mecrr
