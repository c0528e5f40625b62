// Frames that copies come from (trace.proto, Copy), decompressed, as a reader needs them: those
// used last are kept, up to kMaxSourceBytes.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <list>

#include "base/bytes.h"
#include "base/error.h"
#include "trace-format/index.h"
#include "trace-format/source.h"

namespace mecrr {

class SourceFrames {
 public:
  /// Both outlive it; the index may grow.
  SourceFrames(const Source& source, const Index& index) : source_(source), index_(index) {}

  /// What the frame of that number decompresses to; valid until the next call. Fails if it is none
  /// of events or contents in front of `before`, or larger than kMaxSourceBytes.
  /// @param before  a byte of the file
  Result<ByteView> bytes_of(std::uint64_t number, std::uint64_t before);

 private:
  struct Kept {
    FrameExtent extent;
    Bytes bytes;
  };

  const Source& source_;
  const Index& index_;
  std::list<Kept> kept_;  // used last stands first
  std::uint64_t kept_bytes_ = 0;
};

}  // namespace mecrr
