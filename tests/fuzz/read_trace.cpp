#include "tests/fuzz/read_trace.h"

#include <memory>
#include <utility>

#include "base/check.h"
#include "trace-format/call_log.h"
#include "trace-format/reader.h"
#include "trace-format/source.h"

namespace mecrr {

namespace {

// What a replay that takes logs as they are does with them.
void read_logs(Reader& reader) {
  for (const StreamInfo& stream : reader.streams()) {
    EventCursor cursor = reader.events(stream.id).value();
    for (;;) {
      const Result<std::optional<LoggedCalls>> logged = cursor.logged();
      if (!logged) break;
      if (*logged) {
        const std::uint64_t some = ((*logged)->calls + 1) / 2;
        MECRR_CHECK(!first_calls((*logged)->records, some).empty());
        cursor.skip(some);
        continue;
      }
      const Result<const pb::Event*> event = cursor.next();
      if (!event || *event == nullptr) break;
    }
    const Result<const pb::Event*> behind = cursor.peek();
    MECRR_CHECK(!behind || *behind == nullptr);
  }
}

std::uint64_t read_events(Reader& reader) {
  std::uint64_t events = 0;
  for (const StreamInfo& stream : reader.streams()) {
    EventCursor cursor = reader.events(stream.id).value();
    for (;;) {
      const Result<const pb::Event*> event = cursor.next();
      if (!event || *event == nullptr) break;
      const Reader::Place place = reader.place_of(Order{(*event)->order()}).value();
      MECRR_CHECK(place.stream == stream.id && place.event.next() == cursor.position());
      ++events;
    }
  }
  return events;
}

void read_contents(Reader& reader) {
  Bytes some(10'000);
  for (const ContentId content : reader.contents()) {
    (void)reader.content_path(content);              // an error is as good as a path
    (void)reader.read_content(content, 4000, some);  // likewise
    (void)reader.for_each_part(content, [](std::uint64_t, ByteView) { return Result<void>{}; });
  }
}

}  // namespace

void read_trace(Bytes file) {
  const Result<std::unique_ptr<Reader>> reader =
      Reader::open(source_of(std::move(file)), "trace.pb");
  if (!reader) return;
  MECRR_CHECK(read_events(**reader) <= (*reader)->event_count());
  read_logs(**reader);
  read_contents(**reader);
}

}  // namespace mecrr
