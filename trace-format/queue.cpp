#include "trace-format/queue.h"

#include <utility>

#include "base/check.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

/// Events up to this are copied: more than one would be needed to fill an arena's block.
constexpr std::uint64_t kCopiedBytes = 4096;

pb::Trace* new_trace(Batch& batch) {
  if (!batch.arena) {
    google::protobuf::ArenaOptions options;
    options.start_block_size = 4096;  // a batch may be one event
    options.max_block_size = 64 * 1024;
    batch.arena = std::make_unique<google::protobuf::Arena>(options);
  }
  return google::protobuf::Arena::CreateMessage<pb::Trace>(batch.arena.get());
}

}  // namespace

void Queue::add_event(StreamId stream, EventId position, pb::Event event) {
  const std::uint64_t bytes = event.ByteSizeLong();
  const MutexLock lock(mutex_);
  if (!make_room(bytes)) return;
  pb::Trace*& trace = open_.chunks[stream];
  if (trace == nullptr) {
    trace = new_trace(open_);
    pb::Chunk& chunk = *trace->add_chunk();
    chunk.set_stream(static_cast<std::uint32_t>(stream.value()));
    chunk.set_first_event(position.value());
  }
  auto& events = *trace->mutable_chunk(0)->mutable_event();
  if (bytes <= kCopiedBytes) {
    *events.Add() = event;
  } else {
    events.AddAllocated(new pb::Event(std::move(event)));
  }
  count(bytes);
}

void Queue::add_part(pb::ContentPart part) {
  const std::uint64_t bytes = part.ByteSizeLong();
  const MutexLock lock(mutex_);
  if (!make_room(bytes)) return;
  open_.contents.mutable_content()->Add(std::move(part));
  count(bytes);
}

bool Queue::make_room(std::uint64_t bytes) {
  while (!failure_ && queued_bytes_ != 0 && queued_bytes_ + bytes > kMaxQueuedBytes) {
    seal();
    written_.wait(mutex_);
  }
  if (failure_) return false;
  if (open_.bytes != 0 && open_.bytes + bytes > kFlushBytes) seal();
  return true;
}

void Queue::count(std::uint64_t bytes) {
  // An event has a byte or two around it, and is never nothing.
  constexpr std::uint64_t kAround = 4;
  const bool begins = open_.bytes == 0;
  open_.bytes += bytes + kAround;
  queued_bytes_ += bytes + kAround;
  if (open_.bytes >= kFlushBytes) {
    seal();
  } else if (begins) {
    due_ = Clock::now() + kFlushInterval;
    due_changed_.notify_one();
  }
}

void Queue::seal() {
  if (open_.bytes == 0) return;
  sealed_.push_back(std::exchange(open_, {}));
  ++sealed_count_;
  due_changed_.notify_one();
}

void Queue::flush() {
  const MutexLock lock(mutex_);
  seal();
  const std::uint64_t wanted = sealed_count_;
  while (!failure_ && written_count_ < wanted) written_.wait(mutex_);
}

void Queue::stop() {
  const MutexLock lock(mutex_);
  seal();
  stopping_ = true;
  due_changed_.notify_one();
}

std::optional<Batch> Queue::take() {
  const MutexLock lock(mutex_);
  for (;;) {
    if (!sealed_.empty()) {
      std::optional<Batch> batch(std::move(sealed_.front()));
      sealed_.pop_front();
      taken_bytes_ = batch->bytes;
      return batch;
    }
    if (stopping_) return std::nullopt;
    if (open_.bytes == 0) {
      due_changed_.wait(mutex_);
    } else if (Clock::now() >= due_) {
      seal();
    } else {
      due_changed_.wait_until(mutex_, due_);
    }
  }
}

void Queue::written() {
  const MutexLock lock(mutex_);
  MECRR_CHECK(queued_bytes_ >= taken_bytes_);
  queued_bytes_ -= std::exchange(taken_bytes_, 0);
  ++written_count_;
  written_.notify_all();
}

void Queue::fail(const Error& error) {
  const MutexLock lock(mutex_);
  if (!failure_) failure_ = error;
  open_ = {};
  sealed_.clear();
  queued_bytes_ = 0;
  taken_bytes_ = 0;
  written_.notify_all();
}

std::optional<Error> Queue::failure() const {
  const MutexLock lock(mutex_);
  return failure_;
}

}  // namespace mecrr
