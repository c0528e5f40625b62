// What waits to be written: events and contents, gathered to batches, from the thread that adds to
// the one that writes.
//
//     add ──> open batch ──sealed at 256 KiB or 100 ms──> sealed batches ──take()──> written
//
// A batch is one flush: contents first, then a chunk of each stream. It holds no more than
// kFlushBytes, or a single event or part that is longer.
//
// What the adding thread allocates, the other would free, and both would wait for malloc's lock
// time and again. So small events are copied into an arena of their batch, which is a few blocks;
// large ones are handed over as they are.
//
// Threads: any; each function locks.
#pragma once

#include <google/protobuf/arena.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

struct Batch {
  pb::Trace contents;                              ///< parts only
  std::unique_ptr<google::protobuf::Arena> arena;  ///< owns what follows
  std::map<StreamId, pb::Trace*> chunks;           ///< one chunk in each
  std::uint64_t bytes = 0;                         ///< serialized, nearly
};

class Queue {
 public:
  // The thread that adds.

  /// Waits while kMaxQueuedBytes are queued. After fail(), drops the event.
  void add_event(StreamId stream, EventId position, pb::Event event);
  void add_part(pb::ContentPart part);
  /// Waits until all that was added is written, or writing has failed.
  void flush();
  /// take() gives what is left, and then nothing.
  void stop();

  // The thread that writes.

  /// Waits for the next batch that is due. Empty after stop().
  std::optional<Batch> take();
  /// What was taken is in the file.
  void written();
  /// Writing has ended: everything that is queued, or will be added, is dropped.
  void fail(const Error& error);

  std::optional<Error> failure() const;

 private:
  using Clock = std::chrono::steady_clock;

  // Waits for room, and makes the open batch one that can take `bytes` more. False after fail().
  bool make_room(std::uint64_t bytes) MECRR_REQUIRES(mutex_);
  void count(std::uint64_t bytes) MECRR_REQUIRES(mutex_);
  void seal() MECRR_REQUIRES(mutex_);

  mutable Mutex mutex_;
  Condition due_changed_;  // a batch has begun or was sealed, or stop()
  Condition written_;      // a batch was written, or fail()
  Batch open_ MECRR_GUARDED_BY(mutex_);
  Clock::time_point due_ MECRR_GUARDED_BY(mutex_);  // when the open batch is to be sealed
  std::deque<Batch> sealed_ MECRR_GUARDED_BY(mutex_);
  std::uint64_t taken_bytes_ MECRR_GUARDED_BY(mutex_) = 0;
  std::uint64_t queued_bytes_ MECRR_GUARDED_BY(mutex_) = 0;  // open, sealed and taken
  std::uint64_t sealed_count_ MECRR_GUARDED_BY(mutex_) = 0;
  std::uint64_t written_count_ MECRR_GUARDED_BY(mutex_) = 0;
  bool stopping_ MECRR_GUARDED_BY(mutex_) = false;
  std::optional<Error> failure_ MECRR_GUARDED_BY(mutex_);
};

}  // namespace mecrr
