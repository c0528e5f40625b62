// Writing and reading traces: how many bytes, before compression, in a second of processor time,
// that of the adding thread and of the writer's own together: the throughput that one core would
// give.
//
// The argument is how many bytes an event's read() gave: 0 is an event as small as getpid's, 64 KiB
// one that is nearly all data. The data are words, which LZ4 packs to about a third; new ones each
// time, or (…Known…) the same. In logs (…Logs…) the same calls stand in CallLogs of 256 KiB, as
// they come from agents.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "tests/support/call_log_maker.h"
#include "trace-format/call_log.h"
#include "trace-format/index.h"
#include "trace-format/limits.h"
#include "trace-format/reader.h"
#include "trace-format/writer.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kTraceBytes = 64 * 1024 * 1024;

// The sink of a disk that costs nothing.
class NoSink final : public Sink {
 public:
  Result<void> write_at(std::uint64_t, ByteView) override { return {}; }
  Result<void> cut(std::uint64_t) override { return {}; }
  Result<void> reserve(std::uint64_t, std::uint64_t) override { return {}; }
  Result<void> finish() override { return {}; }
};

std::string words(std::size_t bytes) {
  std::mt19937 random(1);
  std::string text;
  while (text.size() < bytes) text += fmt::format("word{} ", random() % 2000);
  text.resize(bytes);
  return text;
}

pb::Event call_event(const std::string& data) {
  pb::Event event;
  event.set_tid(4711);
  event.set_elapsed_us(123'456);
  event.mutable_state()->set_rip(0x7f12'3456'789a);
  event.mutable_state()->set_rsp(0x7fff'1234'5678);
  event.mutable_state()->set_registers_hash(0x1234'5678'9abc'def0);
  pb::Call& call = *event.mutable_call();
  for (const std::uint64_t argument : {std::uint64_t{3}, std::uint64_t{0x7fff'0000}, data.size()}) {
    call.add_argument(argument);
  }
  pb::Outcome& outcome = *call.mutable_outcome();
  outcome.set_result(static_cast<std::int64_t>(data.size()));
  if (data.empty()) return event;
  pb::Write& write = *outcome.add_write();
  write.set_address(0x7fff'0000);
  write.set_data(data);
  return event;
}

enum class Data : bool { kNew, kKnown };

/// So that no block (stored_data.h) of it is what it was.
void make_new(MutableBytes data, std::uint64_t number) {
  constexpr std::size_t kStep = 512;
  for (std::size_t at = 0; at + sizeof number <= data.size(); at += kStep)
    MECRR_CHECK(store(data, at, number));
}

MutableBytes data_of(std::string& text) { return mutable_bytes_at(text.data(), text.size()); }

pb::Event image_event() {
  pb::Event event;
  event.set_tid(4711);
  event.mutable_image()->set_pid(4711);
  event.mutable_image()->mutable_registers()->set_rip(1);
  return event;
}

// As a recorder does: one event after the other is made and added.
template <Data kind>
void write_events(Writer& writer, const std::string& data) {
  pb::Event event = call_event(data);
  const std::uint64_t count = kTraceBytes / event.ByteSizeLong();
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  for (std::uint64_t i = 0; i < count; ++i) {
    if (kind == Data::kNew && !data.empty()) {
      pb::Outcome& outcome = *event.mutable_call()->mutable_outcome();
      make_new(data_of(*outcome.mutable_write(0)->mutable_data()), i);
    }
    writer.add(stream, event);
  }
}

template <Data kind>
void write_logs(Writer& writer, const std::string& data) {
  constexpr std::size_t kLogBytes = 256 * 1024;
  CallLogMaker log;
  std::vector<std::size_t> data_at;
  for (std::uint64_t i = 0; log.records().size() + data.size() + 80 <= kLogBytes; ++i) {
    log.call({.arguments = {3, 0x7fff'0000, data.size()},
              .result = static_cast<std::int64_t>(data.size()),
              .rip = 0x7f12'3456'789a,
              .rsp = 0x7fff'1234'5678 - i % 7 * 16});
    data_at.push_back(log.records().size() + sizeof(CallPart));
    if (!data.empty()) log.written(0x7fff'0000, data);
  }
  pb::Event event = log.event(4711);
  const StreamId stream = writer.begin_stream();
  writer.add(stream, image_event());
  for (std::uint64_t i = 0; i < kTraceBytes / kLogBytes; ++i) {
    const MutableBytes records = data_of(*event.mutable_log()->mutable_records());
    for (const std::size_t at : data_at) {
      if (kind == Data::kNew && !data.empty())
        make_new(records.subspan(at, data.size()), i << 32 | at);
    }
    writer.add(stream, event);
  }
}

using WriteCalls = void (*)(Writer&, const std::string&);

template <WriteCalls write_calls>
void write_all(benchmark::State& state) {
  const std::string data = words(static_cast<std::size_t>(state.range(0)));
  std::uint64_t raw = 0;
  std::uint64_t packed = 0;
  std::uint64_t events = 0;
  for ([[maybe_unused]] auto step : state) {
    Writer writer = Writer::create(std::make_unique<NoSink>(), "none", {}).value();
    write_calls(writer, data);
    const WrittenTrace written = std::move(writer).finish({}).value();
    raw += written.raw_bytes + written.copied.bytes;
    packed += written.file_bytes;
    events += written.events;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(raw));
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
  state.counters["packed"] = static_cast<double>(packed) / static_cast<double>(raw);
}

// A file that is gone when it is closed.
class TraceOnDisk {
 public:
  explicit TraceOnDisk(const std::string& data, WriteCalls write_calls = write_events<Data::kNew>) {
    name_ = "/tmp/mecrr-bench.XXXXXX";
    MECRR_CHECK(mkdtemp(name_.data()) != nullptr);
    Writer writer = Writer::create(path(), IfExists::kFail, {}).value();
    write_calls(writer, data);
    const WrittenTrace written = std::move(writer).finish({}).value();
    raw_bytes_ = written.raw_bytes + written.copied.bytes;
  }
  TraceOnDisk(const TraceOnDisk&) = delete;
  TraceOnDisk& operator=(const TraceOnDisk&) = delete;
  ~TraceOnDisk() {
    (void)unlink(path().c_str());  // nobody to tell, and the next run has a folder of its own
    (void)rmdir(name_.c_str());
  }
  std::string path() const { return name_ + "/trace.pb"; }
  std::uint64_t raw_bytes() const { return raw_bytes_; }

 private:
  std::string name_;
  std::uint64_t raw_bytes_ = 0;
};

template <WriteCalls write_calls>
void read_all(benchmark::State& state) {
  const TraceOnDisk trace(words(static_cast<std::size_t>(state.range(0))), write_calls);
  std::uint64_t events = 0;
  for ([[maybe_unused]] auto step : state) {
    const std::unique_ptr<Reader> reader = Reader::open(trace.path()).value();
    EventCursor cursor = reader->events(StreamId{1}).value();
    while (cursor.next().value() != nullptr) ++events;
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(trace.raw_bytes()));
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
}

// As a replay takes them that gives them to an agent.
void BM_ReadLogsWhole(benchmark::State& state) {
  const TraceOnDisk trace(words(static_cast<std::size_t>(state.range(0))), write_logs<Data::kNew>);
  std::uint64_t calls = 0;
  for ([[maybe_unused]] auto step : state) {
    const std::unique_ptr<Reader> reader = Reader::open(trace.path()).value();
    EventCursor cursor = reader->events(StreamId{1}, EventId{1}).value();
    while (const std::optional<LoggedCalls> logged = cursor.logged().value()) {
      calls += logged->calls;
      cursor.skip(logged->calls);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(trace.raw_bytes()));
  state.SetItemsProcessed(static_cast<std::int64_t>(calls));
}

void BM_OpenByIndex(benchmark::State& state) {
  const TraceOnDisk trace(words(static_cast<std::size_t>(state.range(0))));
  for ([[maybe_unused]] auto step : state) {
    benchmark::DoNotOptimize(Reader::open(trace.path()).value()->event_count());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(trace.raw_bytes()));
}

void BM_OpenByScan(benchmark::State& state) {
  const TraceOnDisk trace(words(static_cast<std::size_t>(state.range(0))));
  MECRR_CHECK(truncate(trace.path().c_str(),
                       static_cast<off_t>(Reader::open(trace.path()).value()->sizes().file - 1)) ==
              0);
  for ([[maybe_unused]] auto step : state) {
    benchmark::DoNotOptimize(Reader::open(trace.path()).value()->event_count());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(trace.raw_bytes()));
}

constexpr benchmark::TimeUnit kUnit = benchmark::kMillisecond;
void BM_WriteEvents(benchmark::State& state) { write_all<write_events<Data::kNew>>(state); }
void BM_WriteLogs(benchmark::State& state) { write_all<write_logs<Data::kNew>>(state); }
void BM_WriteKnownLogs(benchmark::State& state) { write_all<write_logs<Data::kKnown>>(state); }
void BM_ReadKnownLogs(benchmark::State& state) { read_all<write_logs<Data::kKnown>>(state); }
void BM_ReadEvents(benchmark::State& state) { read_all<write_events<Data::kNew>>(state); }
void BM_ReadLogs(benchmark::State& state) { read_all<write_logs<Data::kNew>>(state); }

void with_sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(0)->Arg(512)->Arg(64 * 1024)->Unit(kUnit)->MeasureProcessCPUTime();
}
BENCHMARK(BM_WriteEvents)->Apply(with_sizes);
BENCHMARK(BM_WriteLogs)->Apply(with_sizes);
BENCHMARK(BM_WriteKnownLogs)->Arg(64 * 1024)->Unit(kUnit)->MeasureProcessCPUTime();
BENCHMARK(BM_ReadKnownLogs)->Arg(64 * 1024)->Unit(kUnit)->MeasureProcessCPUTime();
BENCHMARK(BM_ReadEvents)->Apply(with_sizes);
BENCHMARK(BM_ReadLogs)->Apply(with_sizes);
BENCHMARK(BM_ReadLogsWhole)->Apply(with_sizes);
BENCHMARK(BM_OpenByIndex)->Arg(0)->Arg(64 * 1024)->Unit(kUnit)->MeasureProcessCPUTime();
BENCHMARK(BM_OpenByScan)->Arg(0)->Arg(64 * 1024)->Unit(kUnit)->MeasureProcessCPUTime();

}  // namespace
}  // namespace mecrr

int main(int argc, char** argv) {
  (void)mallopt(M_TRIM_THRESHOLD, 256 << 20);  // as `mecrr record`
  (void)mallopt(M_MMAP_THRESHOLD, 32 << 20);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
