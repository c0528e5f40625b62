// Makes the seeds of the fuzz targets for traces: small files with every kind of event.
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

#include "base/files.h"
#include "tests/support/call_log_maker.h"
#include "trace-format/frame.h"
#include "trace-format/writer.h"

namespace mecrr {
namespace {

constexpr std::int32_t kTid = 7;

pb::Event event_of_task() {
  pb::Event event;
  event.set_tid(kTid);
  event.set_elapsed_us(5);
  event.mutable_state()->set_rip(0x401000);
  event.mutable_state()->set_rsp(0x7fff0000);
  event.mutable_state()->set_registers_hash(42);
  return event;
}

void set_patch(pb::Patch& patch) {
  patch.set_site(0x400100);
  patch.set_code("jump.");
  patch.set_stub(0x500000);
  patch.set_stub_code("stub");
}

void set_mapping(pb::Mapping& mapping) {
  mapping.set_start(0x400000);
  mapping.set_size(0x2000);
  mapping.set_protection(5);
  mapping.set_flags(2);
  mapping.mutable_content()->set_content(1);
  mapping.mutable_content()->set_valid(0x1000);
  mapping.add_trap(0x400010);
  mapping.set_name("/bin/seed");
}

pb::Event image(std::uint32_t parent) {
  pb::Event event = event_of_task();
  pb::Image& image = *event.mutable_image();
  image.set_path("/bin/seed");
  image.add_argument("seed");
  set_mapping(*image.add_mapping());
  image.add_memory()->set_data("stack");
  image.mutable_registers()->set_rip(0x401000);
  image.mutable_vector()->set_xsave("xsave");
  set_patch(*image.add_patch());
  image.set_parent_stream(parent);
  image.set_pid(kTid);
  return event;
}

pb::Event forked(Order parent) {
  pb::Event event = event_of_task();
  event.mutable_forked()->set_parent_stream(1);
  event.mutable_forked()->set_parent_order(parent.value());
  event.mutable_forked()->set_pid(kTid);
  return event;
}

pb::Event call() {
  pb::Event event = event_of_task();
  pb::Call& call = *event.mutable_call();
  call.set_number(9);
  call.add_argument(1);
  call.add_argument(2);
  pb::Input& input = *call.add_input();
  input.set_address(0x1000);
  input.set_size(5);
  input.set_start("input");
  call.set_output(pb::OUTPUT_STDOUT);
  pb::Outcome& outcome = *call.mutable_outcome();
  set_mapping(*outcome.add_change()->mutable_map());
  outcome.add_change()->mutable_unmap()->set_size(0x1000);
  outcome.add_change()->mutable_protect()->set_size(0x1000);
  outcome.add_change()->mutable_move()->set_to_size(0x1000);
  pb::Advise& advise = *outcome.add_change()->mutable_advise();
  advise.set_size(0x1000);
  advise.set_advice(4);
  outcome.add_object_write()->set_object(1);
  outcome.add_write()->set_data("output");
  outcome.mutable_registers()->set_rax(1);
  set_patch(*outcome.add_patch());
  return event;
}

pb::Event log() {
  CallLogMaker log;
  log.call({.number = 257, .arguments = {1, 0x1000, 0, 0}, .result = 3}).text(0x1000, "path");
  log.call({.number = 1, .arguments = {4, 0x1000, 70}, .result = 70});
  log.read(0x1000, std::string(70, 'r'));
  log.call({.number = 1, .arguments = {1, 0x1000, 5}, .result = 5, .output = pb::OUTPUT_STDOUT});
  log.shown(0x1000, "shown");
  log.call({.number = 0, .arguments = {3, 0x1000, 4}, .result = 4}).written(0x1000, "read");
  log.call({.number = 39, .result = kTid});
  return log.event(kTid);
}

// What is long enough to be stored once: each event has some of what others have.
std::string long_data() {
  std::string data;
  for (int i = 0; i < 200; ++i) data += fmt::format("{},", i);
  return data;
}

pb::Event long_log() {
  CallLogMaker log;
  log.call({.number = 0, .arguments = {3, 0x1000, 4}, .result = 4}).written(0x1000, long_data());
  log.call({.number = 0, .arguments = {3, 0x1000, 4}, .result = 4}).written(0x1000, long_data());
  return log.event(kTid);
}

pb::Event long_read() {
  pb::Event event = event_of_task();
  event.mutable_returned()->set_number(0);
  event.mutable_returned()->mutable_outcome()->add_write()->set_data(long_data());
  return event;
}

pb::Event instruction() {
  pb::Event event = event_of_task();
  event.mutable_instruction()->set_kind(pb::Instruction::RDTSC);
  event.mutable_instruction()->set_length(2);
  event.mutable_instruction()->add_write()->set_value(99);
  return event;
}

pb::Event signal() {
  pb::Event event = event_of_task();
  event.mutable_signal()->set_number(11);
  event.mutable_signal()->set_info("info");
  event.mutable_signal()->mutable_handler()->mutable_registers()->set_rip(1);
  event.mutable_signal()->mutable_handler()->add_write()->set_data("frame");
  return event;
}

pb::Event entered() {
  pb::Event event = event_of_task();
  event.mutable_entered()->set_number(56);
  return event;
}

pb::Event created(StreamId stream) {
  pb::Event event = event_of_task();
  event.mutable_created()->set_tid(8);
  event.mutable_created()->set_pid(8);
  event.mutable_created()->set_stream(static_cast<std::uint32_t>(stream.value()));
  return event;
}

pb::Event exited() {
  pb::Event event = event_of_task();
  event.mutable_exited()->set_status(0);
  event.mutable_exited()->set_process(true);
  return event;
}

void add_events(Writer& writer) {
  const ContentId content = writer.begin_content("/bin/seed");
  writer.add_part(content, 0, to_bytes(std::string(100, 'c')));
  writer.begin_content("/empty");
  const StreamId parent = writer.begin_stream();
  const StreamId child = writer.begin_stream();
  writer.add(parent, image(0));
  writer.add(parent, call());
  writer.add(parent, log());
  writer.add(parent, long_log());
  writer.add(parent, instruction());
  writer.flush();  // a second chunk of the stream
  writer.add(parent, long_read());
  writer.add(parent, long_log());
  writer.add(parent, signal());
  writer.add(parent, entered());
  const Order order = writer.add(parent, created(child));
  writer.add(child, forked(order));
  writer.add(parent, exited());
  writer.add(child, exited());
}

pb::Header header() {
  pb::Header header;
  header.set_recorder("seed");
  header.add_argument("seed");
  header.mutable_machine()->set_page_bytes(4096);
  header.mutable_machine()->add_vector()->set_number(2);
  return header;
}

// The file's frames, decompressed, each with its length before it.
Result<Bytes> messages_of(const Bytes& file) {
  const std::unique_ptr<Source> source = source_of(file);
  Bytes messages;
  std::uint32_t magic = kFrameMagic;
  for (std::uint64_t at = 0; at < file.size() && magic == kFrameMagic;) {
    const FrameExtent extent = TRY(measure_frame(*source, at));
    const Bytes raw = TRY(read_frame(*source, extent));
    append_object(messages, static_cast<std::uint16_t>(raw.size()));
    append(messages, raw);
    at = extent.end();
    magic = load<std::uint32_t>(file, at).value_or(0);
  }
  return messages;
}

Result<void> make_seeds(const std::string& folder) {
  const std::string whole = folder + "/trace_file/whole";
  const std::string killed = folder + "/trace_file/killed";
  Writer writer = TRY(Writer::create(whole, IfExists::kReplace, header()));
  add_events(writer);
  TRY(std::move(writer).finish({}));
  {
    Writer unfinished = TRY(Writer::create(killed, IfExists::kReplace, header()));
    add_events(unfinished);
  }
  for (const char* name : {"whole", "killed"}) {
    const Bytes file = TRY(read_file(fmt::format("{}/trace_file/{}", folder, name)));
    TRY(write_file(fmt::format("{}/trace_messages/{}", folder, name), TRY(messages_of(file))));
  }
  return {};
}

}  // namespace
}  // namespace mecrr

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: trace_seeds FOLDER\n");
    return 2;
  }
  const mecrr::Result<void> made = mecrr::make_seeds(argv[1]);
  if (made) return 0;
  fmt::print(stderr, "trace_seeds: {}\n", made.error());
  return 1;
}
