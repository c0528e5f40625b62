// Reads a trace, whoever made it: every byte is hostile. An error says what is wrong and where, and
// what can be read all the same: "trace.pb: chunk 17 at byte 4194560: checksum differs (file
// damaged or cut); events 0..91203 can be replayed". Nothing here crashes, hangs, or allocates more
// than a small multiple of limits.h because of what a file says.
//
// Frames are read and decompressed when they are asked for, and a few are kept.
//
// A file whose recorder died has no ending and no index: the index is made anew by scanning, and
// events end before the first one (by order) that did not reach the file, in every stream.
//
// Threads: one at a time for a Reader and its cursors.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "trace-format/facts.h"
#include "trace-format/source.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

struct StreamInfo {
  StreamId id;
  std::uint64_t events = 0;              ///< at least one
  Order first;                           ///< of its first event
  Order last;                            ///< of its last event
  std::optional<StreamId> forked_from;   ///< the parent's, if it does not begin with an image
  std::vector<TouchedObject> objects{};  ///< shared memory that it maps or changes, by number
};

/// Calls that were made without a stop, from where a cursor stands to the end of their log.
struct LoggedCalls {
  const pb::Event* log = nullptr;  ///< all of it: for its task and time
  Order first;                     ///< of the first of these calls; the others follow one by one
  std::uint64_t before = 0;        ///< calls of the log in front of these
  std::uint64_t calls = 0;         ///< at least one
  ByteView records;                ///< of these calls, checked (call_log.h)
};

/// Walks one stream's events in order. Made by Reader, which must outlive it.
///
/// A log of calls (CallLog) is walked call by call: peek() and next() make an ordinary `call` event
/// of each, one at a time, whose State has no hash. So nobody needs to know of logs; who can use a
/// log as it is, and is faster with it, asks at each place:
///
///     const auto logged = TRY(cursor.logged());
///     if (logged) {
///       const std::uint64_t answered = … first_calls(logged->records, most) …
///       cursor.skip(answered);
///     }
class EventCursor {
 public:
  EventCursor(EventCursor&&) noexcept;
  EventCursor& operator=(EventCursor&&) noexcept;
  ~EventCursor();

  StreamId stream() const;
  /// Position of the event that peek() gives.
  EventId position() const;

  /// The event here, or null behind the last one. Valid until next(), skip() or the cursor's end.
  Result<const pb::Event*> peek();
  /// Gives the event here, and goes on to the one behind it (null, and stays, at the end). Valid
  /// until the following call.
  Result<const pb::Event*> next();

  /// The calls from here on, if the event here is one of a log: begun at any of its calls. Valid
  /// as what peek() gives. Cost: no event is made.
  Result<std::optional<LoggedCalls>> logged();
  /// Goes on behind `calls` of those that logged() gives here, which are that many or more.
  void skip(std::uint64_t calls);

  class Body;  ///< event_cursor.h
  explicit EventCursor(std::unique_ptr<Body> body);

 private:
  std::unique_ptr<Body> body_;
};

class Reader {
 public:
  /// Cost: the index is read; without one, all of the file.
  static Result<std::unique_ptr<Reader>> open(const std::string& path);
  /// The same for what `source` gives; `name` is path() and stands in messages.
  static Result<std::unique_ptr<Reader>> open(std::unique_ptr<Source> source, std::string name);
  virtual ~Reader() = default;

  /// The same trace for another thread. Cost: of what is loaded, nothing is shared.
  virtual std::unique_ptr<Reader> another() const = 0;

  virtual const std::string& path() const = 0;
  virtual const pb::Header& header() const = 0;
  /// Absent if the recorder died.
  virtual const std::optional<pb::Ending>& ending() const = 0;
  /// What is wrong with the file though it can be read: cut, no ending, damaged from some frame on.
  virtual const std::optional<Error>& damage() const = 0;

  /// All streams that have events, by number. In a cut file an event may tell of one that is not
  /// here.
  virtual const std::vector<StreamInfo>& streams() const = 0;
  /// Events of all streams; every order below it is there.
  virtual std::uint64_t event_count() const = 0;

  /// A walk from `from` on. Fails if there is no such stream; `from` may be its end.
  virtual Result<EventCursor> events(StreamId stream, EventId from = EventId{0}) = 0;

  /// Where the event of that order is. Fails if it is not there.
  struct Place {
    StreamId stream;
    EventId event;
  };
  virtual Result<Place> place_of(Order order) = 0;

  /// Numbers of all contents.
  virtual std::vector<ContentId> contents() const = 0;
  /// The path that the content's first part names.
  virtual Result<std::string> content_path(ContentId content) = 0;
  /// Fills `into` with the content's bytes from `offset` on; bytes in no part are zero.
  virtual Result<void> read_content(ContentId content, std::uint64_t offset, MutableBytes into) = 0;
  /// Calls `take` with each stored part, in any order. Stops at the first error of `take`.
  using TakePart = std::function<Result<void>(std::uint64_t offset, ByteView bytes)>;
  virtual Result<void> for_each_part(ContentId content, const TakePart& take) = 0;

  /// How many stored parts the content has. Cost: none of them is read.
  virtual Result<std::size_t> part_count(ContentId content) const = 0;
  /// As for_each_part(), of every `step`th part from `first` on: for readers that share the work.
  struct SomeParts {
    std::size_t first = 0;
    std::size_t step = 1;
  };
  virtual Result<void> for_some_parts(ContentId content, SomeParts which, const TakePart& take) = 0;

  /// Sizes for `mecrr info`, bytes.
  struct Sizes {
    std::uint64_t file = 0;             ///< whole file
    std::uint64_t contents_packed = 0;  ///< in frames that hold contents
    std::uint64_t contents = 0;         ///< the same, decompressed
    std::uint64_t events_packed = 0;    ///< in frames that hold events
    std::uint64_t events = 0;           ///< the same, decompressed
  };
  virtual Sizes sizes() const = 0;

 protected:
  Reader() = default;
};

}  // namespace mecrr
