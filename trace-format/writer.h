// Writes a trace while the program that it tells of runs.
//
// add() and add_part() only queue; a thread of the writer's own packs, compresses and writes, so
// that the recorder's core is left alone. Whatever is queued is written after 100 ms or 256 KiB
// (before compression) at the latest, all streams together, contents before the events that need
// them: at every moment the file is a whole trace up to the last flush, also if mecrr is killed.
//
// If writing fails (a full disk), the file is cut back to its last whole frame and closed as a good
// trace whose Ending says so; add() then drops what it is given, and failure() tells. The program
// that is recorded is not concerned. The same happens when an event is added that no reader would
// take (event_check.h): a mistake of the recorder, found here rather than by whoever gets the
// trace.
//
// Data of events that the file has already are not stored again (stored_data.h).
//
// Memory: at most kMaxQueuedBytes of events and contents are queued; then add() waits.
// Threads: one adds; the writer's own is inside.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "trace-format/packed_cache.h"
#include "trace-format/sink.h"
#include "trace-format/stored_data.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// What became of a trace.
struct WrittenTrace {
  std::string path;
  std::uint64_t file_bytes = 0;
  std::uint64_t raw_bytes = 0;           ///< before compression
  std::uint64_t content_file_bytes = 0;  ///< of file_bytes: in frames that hold contents
  std::uint64_t content_bytes = 0;       ///< the same, before compression
  PackedCache::Use cache{};              ///< of contents
  StoredData::Use copied{};              ///< data of events that were there already
  std::uint64_t events = 0;              ///< each call of a log is one
  std::uint64_t streams = 0;
};

class Writer {
 public:
  /// Makes the file, and writes the header (its `version` is filled in) to it at once. Fails with
  /// EEXIST if it is there and may not be replaced.
  /// @param cache  of packed contents; may be null
  static Result<Writer> create(const std::string& path, IfExists if_exists,
                               const pb::Header& header,
                               std::unique_ptr<PackedCache> cache = nullptr);
  /// The same into `sink`; `name` is what WrittenTrace calls it.
  static Result<Writer> create(std::unique_ptr<Sink> sink, const std::string& name,
                               const pb::Header& header,
                               std::unique_ptr<PackedCache> cache = nullptr);
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();  ///< unfinished: flushes, and leaves a trace without an Ending

  /// The next stream's number, from 1.
  StreamId begin_stream();

  /// Takes one event: sets its `order`, and gives it the next position of its stream. A log of
  /// calls takes as many orders and positions as it has calls; it may be as large as kMaxLogBytes,
  /// and whoever makes it may cut it between two records into logs of their own.
  /// @return its order: of a log, that of its first call
  Order add(StreamId stream, pb::Event event);

  /// The next content's number, from 1. `path` is for people.
  ContentId begin_content(std::string path);

  /// A part of a content (any size; it is split as ContentPart demands). Parts of a content must
  /// not overlap; `offset` is a multiple of the page size.
  void add_part(ContentId content, std::uint64_t offset, std::string data);
  void add_part(ContentId content, std::uint64_t offset, ByteView data) {
    add_part(content, offset, std::string(as_text(data)));
  }

  /// Blocks until all that was added is in the file.
  void flush();

  /// Why writing has ended early; empty as long as all is well.
  std::optional<Error> failure() const;

  /// Writes what is queued, the ending (its `events` is filled in) and the index. After a failure
  /// it is an error; the file is a good trace all the same.
  Result<WrittenTrace> finish(pb::Ending ending) &&;

 private:
  class Body;
  explicit Writer(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace mecrr
