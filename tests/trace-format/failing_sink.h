// A disk in memory that is slow, or full, or broken, as a test wants it.
#pragma once

#include <cerrno>
#include <cstdint>
#include <memory>

#include "base/mutex.h"
#include "trace-format/sink.h"

namespace mecrr {

/// Writes wait while it is closed.
class Gate {
 public:
  void close() {
    const MutexLock lock(mutex_);
    is_open_ = false;
  }
  void open() {
    const MutexLock lock(mutex_);
    is_open_ = true;
    opened_.notify_all();
  }
  void pass() {
    const MutexLock lock(mutex_);
    while (!is_open_) opened_.wait(mutex_);
  }

 private:
  Mutex mutex_;
  Condition opened_;
  bool is_open_ MECRR_GUARDED_BY(mutex_) = true;
};

class FailingSink final : public Sink {
 public:
  struct Plan {
    std::uint64_t capacity = UINT64_MAX;  ///< what goes beyond fails, half written
    int code = ENOSPC;                    ///< EIO: and so does everything afterwards
    std::shared_ptr<Gate> gate = nullptr;
    std::shared_ptr<Bytes> file = std::make_shared<Bytes>();  ///< what was written
  };
  explicit FailingSink(Plan plan) : plan_(std::move(plan)) {}

  Result<void> write_at(std::uint64_t offset, ByteView bytes) override;
  Result<void> cut(std::uint64_t size) override;
  Result<void> reserve(std::uint64_t, std::uint64_t) override { return {}; }
  Result<void> finish() override { return {}; }

 private:
  Plan plan_;
  bool is_broken_ = false;
};

}  // namespace mecrr
