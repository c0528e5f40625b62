// What an EventCursor (reader.h) is made of: a place in a stream, the chunk that it is in, and the
// event there, which may be a log that the place is inside of.
#pragma once

#include <memory>
#include <string>

#include "trace-format/call_log.h"
#include "trace-format/frame_cache.h"
#include "trace-format/index.h"
#include "trace-format/reader.h"

namespace mecrr {

class EventCursor::Body {
 public:
  /// All but `id` and `position` outlive it.
  Body(StreamId id, EventId position, const IndexedStream& stream, FrameCache& frames,
       const std::string& path)
      : id(id), position(position), stream_(stream), frames_(frames), path_(path) {}

  /// Null behind the stream's last event. Valid until the next call.
  Result<const pb::Event*> event_at(EventId at);
  /// Calls of a log, if the event there is one. Valid until the next call.
  Result<std::optional<LoggedCalls>> logged_at(EventId at);
  /// Moves `position`, which logged_at() has looked at last.
  void skip(std::uint64_t calls);

  const StreamId id;
  EventId position;

 private:
  // What stands for the event there, in the file: itself, or a log, in which call_ and records_
  // are then those of the place. Null behind the last.
  Result<const pb::Event*> stored_at(EventId at);
  Result<void> load_chunk_of(EventId at);
  void find_in_chunk(EventId at);
  void begin_event(int number, EventId first);

  const IndexedStream& stream_;
  FrameCache& frames_;
  const std::string& path_;
  const IndexedChunk* chunk_ = nullptr;       // of frame_, once there is one
  std::shared_ptr<const LoadedFrame> frame_;  // kept, whatever the cache keeps
  int number_ = 0;                            // in the chunk: the event found last
  EventId first_;                             // its position: of a log, that of its first call
  std::uint64_t call_ = 0;                    // of a log: the call that records_ stands at
  CallRecords records_;
  std::optional<EventId> expanded_at_;
  pb::Event expanded_;  // the call there
};

}  // namespace mecrr
