// The file while it is written: flush after flush at its end, and a way to close it as a good trace
// when that has failed.
//
//     header │ flush │ flush │ … │ ending │ index          room for the last two is reserved ahead
//
// Threads: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "trace-format/index.h"
#include "trace-format/packed_cache.h"
#include "trace-format/queue.h"
#include "trace-format/sink.h"
#include "trace-format/stored_data.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

class TraceFile {
 public:
  /// @param cache  may be null
  explicit TraceFile(std::unique_ptr<Sink> sink, std::unique_ptr<PackedCache> cache = nullptr);

  Result<void> write_header(const pb::Header& header);

  /// All of the batch is in the file afterwards; or it failed, and close_after() is due. Data that
  /// the file has already are taken out of the batch.
  Result<void> write(Batch& batch);

  /// Ending (whose `events` is filled in) and index.
  Result<void> finish(pb::Ending ending);

  /// Leaves the file as it is, without an ending; gives back what was reserved.
  void abandon();

  /// After a failure: cuts the file back to its last whole flush, and writes an ending that tells
  /// of the failure. Should there be no room for that, flushes are given up until there is.
  void close_after(const Error& failure);

  std::uint64_t bytes() const { return marks_.back().end; }
  std::uint64_t raw_bytes() const { return marks_.back().raw_bytes; }
  std::uint64_t events() const { return marks_.back().events; }
  Index::Sizes content_sizes() const { return checked_.content_sizes(); }
  StoredData::Use copied() const { return stored_.use(); }
  PackedCache::Use cache_use() const { return cache_ ? cache_->use() : PackedCache::Use{}; }

 private:
  // The file's state between two flushes.
  struct Mark {
    std::uint64_t end = 0;
    std::uint64_t index_bytes = 0;
    std::uint64_t raw_bytes = 0;
    std::uint64_t events = 0;
  };

  // Packs a frame behind what is in packed_.
  Result<void> pack(pb::Trace& trace, Mark& mark);
  void append_message_frame(pb::Trace& trace);
  void append_part_frame(const pb::ContentPart& part);
  Result<void> append_packed(const Mark& mark);
  Result<void> close_with(const pb::Ending& ending, bool with_index);
  void give_up_flushes(std::uint64_t bytes);

  std::unique_ptr<Sink> sink_;
  std::unique_ptr<PackedCache> cache_;
  Index checked_;  // everything that was packed: that a reader will take it
  StoredData stored_;
  Bytes index_;              // pb::Index, as far as it goes
  std::vector<Mark> marks_;  // one for each flush, the empty file first
  Bytes raw_;                // of the frame that is packed
  Bytes packed_;             // frames of the flush that is written
  std::uint64_t reserved_ = 0;
  bool recorder_failed_ = false;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace mecrr
