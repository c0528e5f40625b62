#include "trace-format/writer.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "trace-format/call_log.h"
#include "trace-format/limits.h"
#include "trace-format/queue.h"
#include "trace-format/trace_file.h"

namespace mecrr {

namespace {

// A thread that no signal is delivered to: handlers run on mecrr's own threads, and a write beyond
// RLIMIT_FSIZE is an error (EFBIG) instead of a death by SIGXFSZ.
template <class Function>
std::thread start_without_signals(Function function) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  MECRR_CHECK(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
  std::thread thread(std::move(function));
  MECRR_CHECK(pthread_sigmask(SIG_SETMASK, &before, nullptr) == 0);
  return thread;
}

}  // namespace

class Writer::Body {
 public:
  Body(std::unique_ptr<Sink> sink, std::unique_ptr<PackedCache> cache, std::string name)
      : file_(std::move(sink), std::move(cache)), path(std::move(name)) {}
  ~Body() { stop(std::nullopt); }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  // Once. The thread runs until stop().
  Result<void> start(const pb::Header& header) {
    std::promise<Result<void>> header_written;
    auto written = header_written.get_future();
    pb::Header versioned = header;
    versioned.set_version(kTraceVersion);
    thread_ = start_without_signals([this, &versioned, &header_written] {
      const Result<void> result = file_.write_header(versioned);
      header_written.set_value(result);  // what the thread was given is gone behind this
      if (result) write_all();
    });
    return written.get();
  }

  void stop(std::optional<pb::Ending> ending) {
    if (!thread_.joinable()) return;
    ending_ = std::move(ending);
    queue.stop();
    thread_.join();
  }

  // Behind stop().
  const TraceFile& file() const { return file_; }

 private:
  // The thread.
  void write_all() {
    while (std::optional<Batch> batch = queue.take()) {
      if (const Result<void> result = file_.write(*batch); !result) return give_up(result.error());
      queue.written();
    }
    if (!ending_) return file_.abandon();
    if (const Result<void> result = file_.finish(*ending_); !result) give_up(result.error());
  }

  void give_up(const Error& error) {
    file_.close_after(error);
    queue.fail(error);
  }

  TraceFile file_;                    // the thread; whoever has joined it
  std::optional<pb::Ending> ending_;  // written before stop(), read by the thread behind it
  std::thread thread_;                // the adding thread

 public:
  Queue queue;  // has its own lock
  // The adding thread:
  const std::string path;
  std::vector<EventId> next_events;  // by stream, from stream 1 on
  Order next_order;
  ContentId last_content;
};

Result<Writer> Writer::create(const std::string& path, IfExists if_exists, const pb::Header& header,
                              std::unique_ptr<PackedCache> cache) {
  Result<Writer> writer = create(TRY(create_sink(path, if_exists)), path, header, std::move(cache));
  if (!writer) (void)unlink(path.c_str());  // a file without a header is of no use
  return writer;
}

Result<Writer> Writer::create(std::unique_ptr<Sink> sink, const std::string& name,
                              const pb::Header& header, std::unique_ptr<PackedCache> cache) {
  auto body = std::make_unique<Body>(std::move(sink), std::move(cache), name);
  TRY(body->start(header));
  return Writer(std::move(body));
}

Writer::Writer(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

StreamId Writer::begin_stream() {
  body_->next_events.emplace_back();
  return StreamId{body_->next_events.size()};
}

Order Writer::add(StreamId stream, pb::Event event) {
  const std::uint64_t number = stream.value();
  MECRR_CHECK(number != 0 && number <= body_->next_events.size(), "stream {}", stream);
  const std::uint64_t count = events_in(event);
  EventId& next_event = body_->next_events[number - 1];
  const EventId position = std::exchange(next_event, EventId{next_event.value() + count});
  const Order order = std::exchange(body_->next_order, Order{body_->next_order.value() + count});
  event.set_order(order.value());
  body_->queue.add_event(stream, position, std::move(event));
  return order;
}

ContentId Writer::begin_content(std::string path) {
  body_->last_content = body_->last_content.next();
  pb::ContentPart part;
  part.set_content(static_cast<std::uint32_t>(body_->last_content.value()));
  part.set_path(std::move(path));
  body_->queue.add_part(std::move(part));
  return body_->last_content;
}

void Writer::add_part(ContentId content, std::uint64_t offset, std::string data) {
  const auto add = [&](std::string piece) {
    pb::ContentPart part;
    part.set_content(static_cast<std::uint32_t>(content.value()));
    part.set_offset(offset);
    offset += piece.size();
    part.set_data(std::move(piece));
    body_->queue.add_part(std::move(part));
  };
  if (data.size() <= kMaxPartBytes) {
    if (!data.empty()) add(std::move(data));
    return;
  }
  for (std::size_t at = 0; at < data.size(); at += kMaxPartBytes)
    add(data.substr(at, kMaxPartBytes));
}

void Writer::flush() { body_->queue.flush(); }

std::optional<Error> Writer::failure() const { return body_->queue.failure(); }

Result<WrittenTrace> Writer::finish(pb::Ending ending) && {
  body_->stop(std::move(ending));
  if (const std::optional<Error> error = failure()) return std::unexpected(*error);
  const TraceFile& file = body_->file();
  return WrittenTrace{.path = body_->path,
                      .file_bytes = file.bytes(),
                      .raw_bytes = file.raw_bytes(),
                      .content_file_bytes = file.content_sizes().packed,
                      .content_bytes = file.content_sizes().raw,
                      .cache = file.cache_use(),
                      .copied = file.copied(),
                      .events = file.events(),
                      .streams = body_->next_events.size()};
}

}  // namespace mecrr
