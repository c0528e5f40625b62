#include "tests/trace-format/sample.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/files.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

constexpr std::int32_t kTid = 4711;

pb::Event event_of(std::int32_t tid) {
  pb::Event event;
  event.set_tid(tid);
  event.set_elapsed_us(1);
  pb::State& state = *event.mutable_state();
  state.set_rip(0x5555'5555'0000);
  state.set_rsp(0x7fff'ffff'0000);
  state.set_registers_hash(0x1234'5678'9abc'def0);
  return event;
}

}  // namespace

TemporaryPath::TemporaryPath() {
  folder_ = "/tmp/mecrr-trace-format.XXXXXX";
  MECRR_CHECK(mkdtemp(folder_.data()) != nullptr);
  name_ = folder_ + "/trace.pb";
}

TemporaryPath::~TemporaryPath() {
  (void)unlink(name_.c_str());  // a test may not have made it
  EXPECT_EQ(rmdir(folder_.c_str()), 0);
}

pb::Header sample_header() {
  pb::Header header;
  header.set_version(kTraceVersion);
  header.set_recorder("mecrr of a test");
  header.set_started_unix_ns(1'700'000'000'000'000'000);
  header.add_argument("/bin/sample");
  header.add_argument("not UTF-8: \xff\xfe");
  header.set_directory("/tmp");
  header.mutable_machine()->set_page_bytes(kTracePageBytes);
  return header;
}

pb::Event image_event(std::uint32_t parent) {
  pb::Event event = event_of(kTid);
  pb::Image& image = *event.mutable_image();
  image.set_path("/bin/sample");
  image.add_argument("/bin/sample");
  image.set_parent_stream(parent);
  image.set_pid(kTid);
  image.set_parent_pid(1);
  image.mutable_registers()->set_rip(0x5555'5555'0000);
  pb::Mapping& stack = *image.add_mapping();
  stack.set_start(0x7fff'fffe'0000);
  stack.set_size(0x10000);
  stack.set_protection(3);
  stack.set_flags(2);
  stack.set_name("[stack]");
  return event;
}

pb::Event read_event(std::string data) {
  pb::Event event = event_of(kTid);
  pb::Call& call = *event.mutable_call();
  call.set_number(0);
  for (const std::uint64_t argument : {std::uint64_t{3}, std::uint64_t{0x1000}, data.size()}) {
    call.add_argument(argument);
  }
  pb::Outcome& outcome = *call.mutable_outcome();
  outcome.set_result(static_cast<std::int64_t>(data.size()));
  pb::Write& write = *outcome.add_write();
  write.set_address(0x1000);
  write.set_data(std::move(data));
  return event;
}

pb::Event small_event() {
  pb::Event event = event_of(kTid);
  pb::Call& call = *event.mutable_call();
  call.set_number(39);
  call.mutable_outcome()->set_result(kTid);
  return event;
}

pb::Ending sample_ending() {
  pb::Ending ending;
  ending.set_reason(pb::Ending::ALL_EXITED);
  ending.set_elapsed_ns(1'000'000);
  return ending;
}

void add_sample(Writer& writer, int events, Contents contents) {
  if (contents != Contents::kNone) {
    writer.begin_content("/empty");
    const ContentId holes = writer.begin_content("/holes");
    writer.add_part(holes, 3 * kTracePageBytes, to_bytes(std::string(100, 'b')));
    writer.add_part(holes, 0, to_bytes(std::string(kTracePageBytes, 'a')));
    const std::size_t size = contents == Contents::kLarge ? 6'000'000 : 6000;
    writer.add_part(writer.begin_content("/large"), 0, to_bytes(std::string(size, 'c')));
  }
  const StreamId first = writer.begin_stream();
  const StreamId second = writer.begin_stream();
  writer.add(first, image_event());
  writer.add(second, image_event(1));
  for (int i = 0; i < events; ++i) {
    writer.add(first, read_event(fmt::format("data {}", i)));
    writer.add(second, small_event());
  }
}

Bytes sample_trace(int events, Contents contents) {
  const TemporaryPath path;
  Writer writer = Writer::create(path.name(), IfExists::kFail, sample_header()).value();
  add_sample(writer, events, contents);
  const Result<WrittenTrace> written = std::move(writer).finish(sample_ending());
  MECRR_CHECK(written, "{}", written.error());
  return read_file(path.name()).value();
}

Result<std::unique_ptr<Reader>> open_bytes(Bytes bytes) {
  return Reader::open(source_of(std::move(bytes)), "trace.pb");
}

Result<std::uint64_t> read_everything(Reader& reader) {
  std::uint64_t events = 0;
  for (const StreamInfo& stream : reader.streams()) {
    EventCursor cursor = TRY(reader.events(stream.id));
    while (const pb::Event* event = TRY(cursor.next())) {
      const Reader::Place place = TRY(reader.place_of(Order{event->order()}));
      if (place.stream != stream.id || place.event.next() != cursor.position()) {
        return fail("order {} is elsewhere", event->order());
      }
      ++events;
    }
  }
  for (const ContentId content : reader.contents()) {
    TRY(reader.content_path(content));
    TRY(reader.for_each_part(content, [](std::uint64_t, ByteView) { return Result<void>{}; }));
  }
  return events;
}

}  // namespace mecrr
