// What an EventCursor (reader.h) is made of: a place in a stream, and the chunk that it is in.
#pragma once

#include <memory>
#include <string>

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

  const StreamId id;
  EventId position;

 private:
  const IndexedStream& stream_;
  FrameCache& frames_;
  const std::string& path_;
  const IndexedChunk* chunk_ = nullptr;       // of frame_, once there is one
  std::shared_ptr<const LoadedFrame> frame_;  // kept, whatever the cache keeps
};

}  // namespace mecrr
