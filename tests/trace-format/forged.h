// Traces made by hand, frame by frame, so that they can be wrong.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "trace-format/facts.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

class Forged {
 public:
  /// Begins with sample_header().
  Forged();
  /// Begins with nothing.
  explicit Forged(Bytes bytes) : bytes_(std::move(bytes)) {}

  /// A frame of this message; told to the index as what it is.
  Forged& add(const pb::Trace& trace);
  /// A frame of these bytes; not told to the index.
  Forged& add_raw(const std::string& raw);
  /// Events of a stream, from that position on.
  Forged& add_chunk(std::uint32_t stream, std::uint64_t first,
                    const std::vector<pb::Event>& events);
  Forged& add_part(std::uint32_t content, std::uint64_t offset, std::uint64_t size,
                   const std::string& path = {});
  Forged& add_ending(std::uint64_t events);
  /// What the index tells of a frame that is not there as told.
  Forged& tell(const FrameExtent& extent, const FrameFacts& facts);
  Forged& add_index();
  Forged& append(ByteView more);

  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  Bytes index_;
};

pb::Event with_order(pb::Event event, std::uint64_t order);

/// The frame that holds it.
pb::Trace chunk_of(std::uint32_t stream, std::uint64_t first, const std::vector<pb::Event>& events);

}  // namespace mecrr
