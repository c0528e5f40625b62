#include "replayer/parallel/replay_units.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <list>
#include <map>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "replayer/memory/backing.h"
#include "replayer/parallel/ordered_output.h"
#include "replayer/parallel/units.h"
#include "replayer/replay.h"

namespace mecrr {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenProgress{100};
/// A signal can come just before the call that it is to interrupt.
constexpr std::chrono::milliseconds kBetweenSignals{10};
/// Ignored by default: nothing comes of one that is late.
constexpr int kInterrupting = SIGURG;

/// While it lives, kInterrupting interrupts calls that wait.
class InterruptingSignal {
 public:
  InterruptingSignal() {
    struct sigaction action{};
    action.sa_handler = [](int) {};
    MECRR_CHECK(::sigaction(kInterrupting, &action, &before_) == 0);
  }
  ~InterruptingSignal() { (void)::sigaction(kInterrupting, &before_, nullptr); }  // cannot fail
  InterruptingSignal(const InterruptingSignal&) = delete;
  InterruptingSignal& operator=(const InterruptingSignal&) = delete;

 private:
  struct sigaction before_{};
};

std::vector<Order> firsts_of(const std::vector<Unit>& units) {
  std::vector<Order> firsts;
  for (const Unit& unit : units) firsts.push_back(unit.first);
  return firsts;
}

class Crew {
 public:
  Crew(const Reader& reader, UnitsOptions options, std::shared_ptr<Backing> backing)
      : reader_(reader),
        options_(std::move(options)),
        backing_(std::move(backing)),
        units_(units_of(reader)),
        output_(firsts_of(units_),
                {.take = options_.output,
                 .waiting = [this] { unit_waits(); },
                 .goes_on = [this] { unit_goes_on(); }},
                options_.max_waiting_bytes) {}

  Result<UnitsEnd> run() {
    {
      const MutexLock lock(mutex_);
      const std::size_t workers = std::min(options_.jobs, units_.size());
      for (std::size_t i = 0; i < workers; ++i) add_worker();
    }
    await_workers();
    const MutexLock lock(mutex_);
    if (failure_) return std::unexpected(*std::move(failure_));
    return end_;
  }

 private:
  /// A unit that is being replayed.
  struct Live {
    explicit Live(pthread_t thread) : thread(thread) {}
    const pthread_t thread;
    std::atomic<bool> interrupted{false};
  };

  // ---- the calling thread

  void await_workers() {
    const MutexLock lock(mutex_);
    while (true) {
      join_finished();
      if (workers_.empty()) return;
      if (failed_at_.load() != kNever) {
        interrupt_those_beyond();
        changed_.wait_until(mutex_, Clock::now() + kBetweenSignals);
      } else if (options_.progress) {
        changed_.wait_until(mutex_, Clock::now() + kBetweenProgress);
        tell_progress();
      } else {
        changed_.wait(mutex_);
      }
    }
  }

  void join_finished() MECRR_REQUIRES(mutex_) {
    while (!finished_.empty()) {
      std::thread worker = std::move(*finished_.back());
      workers_.erase(finished_.back());
      finished_.pop_back();
      mutex_.unlock();
      worker.join();
      mutex_.lock();
    }
  }

  void tell_progress() MECRR_REQUIRES(mutex_) {
    const auto front = output_.front();
    if (!front) return;
    mutex_.unlock();
    options_.progress(*front);
    mutex_.lock();
  }

  // ---- workers, each with its own reader and device

  void add_worker() MECRR_REQUIRES(mutex_) {
    try {
      const auto worker = workers_.emplace(workers_.end());
      *worker = std::thread([this, worker] { work(worker); });
      ++running_;
    } catch (const std::system_error& error) {
      workers_.pop_back();
      output_.end_behind(Order{0});
      note_failure(Order{0}, Error{fmt::format("starting a thread: {}", error.what())});
    }
  }

  void work(std::list<std::thread>::iterator self) {
    const std::unique_ptr<Reader> reader = reader_.another();
    std::unique_ptr<Device> device;
    while (const auto unit = take_unit()) {
      if (!device) device = options_.make_device();
      if (replay(*unit, *reader, *device) == Left::kTasks) device.reset();
    }
    device.reset();
    const MutexLock lock(mutex_);
    finished_.push_back(self);
    changed_.notify_all();
  }

  std::optional<std::size_t> take_unit() {
    const MutexLock lock(mutex_);
    // One too many where another has waited, and goes on.
    if (running_ > options_.jobs || next_unit_ == units_.size() ||
        units_[next_unit_].first.value() > failed_at_.load()) {
      --running_;
      return std::nullopt;
    }
    const std::size_t unit = next_unit_++;
    output_.begin(unit);
    live_.try_emplace(unit, ::pthread_self());
    end_.units += 1;
    end_.most_at_once = std::max(end_.most_at_once, live_.size());
    return unit;
  }

  enum class Left { kNothing, kTasks };

  Left replay(std::size_t unit, Reader& reader, Device& device) {
    std::atomic<bool>& interrupted = interrupted_of(unit);
    ReplayOptions options;
    options.streams = units_[unit].streams;
    options.backing = backing_;
    options.interrupted = &interrupted;
    options.stream_began = options_.stream_began;
    if (options_.output) {
      options.output = [this, unit](Order order, pb::Output to, ByteView bytes) {
        output_.write(unit, order, to, bytes);
      };
    }
    options.next_event = [&](Order next) {
      output_.at(unit, next);
      if (next.value() > failed_at_.load()) interrupted.store(true);
    };
    const auto left = replay(unit, reader, device, std::move(options));
    const MutexLock lock(mutex_);
    live_.erase(unit);
    return left;
  }

  Left replay(std::size_t unit, Reader& reader, Device& device, ReplayOptions options) {
    const auto replay = Replay::open(reader, device, std::move(options));
    const Result<Advance> advance =
        replay ? (*replay)->run(Breakpoints::kIgnore) : std::unexpected(replay.error());
    if (!advance) {
      fail_at(unit, advance.error());
    } else if (const auto* divergence = std::get_if<Divergence>(&*advance)) {
      fail_at(unit, text_of(*divergence, **replay, reader));
    } else if (const auto* ended = std::get_if<Ended>(&*advance)) {
      output_.end(unit);
      if (ended->tasks_left == 0) return Left::kNothing;
    }
    return Left::kTasks;
  }

  /// One at a time: libraries for debug information are not made for threads.
  std::string text_of(const Divergence& divergence, const Replay& replay, Reader& reader) {
    const MutexLock lock(reporting_);
    return report(divergence, replay, reader);
  }

  std::atomic<bool>& interrupted_of(std::size_t unit) {
    const MutexLock lock(mutex_);
    return live_.at(unit).interrupted;
  }

  // ---- units that wait to write: others are replayed in their stead

  void unit_waits() {
    const MutexLock lock(mutex_);
    --running_;
    if (running_ < options_.jobs && next_unit_ < units_.size()) add_worker();
  }

  void unit_goes_on() {
    const MutexLock lock(mutex_);
    ++running_;
  }

  // ---- what goes wrong: the first in the recording's order counts

  void fail_at(std::size_t unit, std::variant<Error, std::string> what) {
    const Order order = output_.next_of(unit);
    output_.end_behind(order);
    const MutexLock lock(mutex_);
    note_failure(order, std::move(what));
  }

  void note_failure(Order order, std::variant<Error, std::string> what) MECRR_REQUIRES(mutex_) {
    if (order.value() >= failed_at_.load()) return;
    failed_at_.store(order.value());
    failure_.reset();
    end_.divergence.reset();
    if (auto* error = std::get_if<Error>(&what)) failure_ = std::move(*error);
    if (auto* text = std::get_if<std::string>(&what)) end_.divergence = std::move(*text);
    interrupt_those_beyond();
    changed_.notify_all();
  }

  void interrupt_those_beyond() MECRR_REQUIRES(mutex_) {
    for (auto& [unit, live] : live_) {
      if (output_.next_of(unit).value() <= failed_at_.load()) continue;
      live.interrupted.store(true);
      (void)::pthread_kill(live.thread, kInterrupting);  // it lives: it is what removes `live`
    }
  }

  static constexpr std::uint64_t kNever = UINT64_MAX;

  const Reader& reader_;
  const UnitsOptions options_;
  const std::shared_ptr<Backing> backing_;
  const std::vector<Unit> units_;
  OrderedOutput output_;
  const InterruptingSignal signal_;
  std::atomic<std::uint64_t> failed_at_{kNever};  // order of the first failure

  Mutex reporting_;
  Mutex mutex_;
  Condition changed_;
  std::list<std::thread> workers_ MECRR_GUARDED_BY(mutex_);
  std::vector<std::list<std::thread>::iterator> finished_ MECRR_GUARDED_BY(mutex_);
  std::size_t running_ MECRR_GUARDED_BY(mutex_) = 0;  // of them, those whose unit does not wait
  std::size_t next_unit_ MECRR_GUARDED_BY(mutex_) = 0;
  std::map<std::size_t, Live> live_ MECRR_GUARDED_BY(mutex_);
  std::optional<Error> failure_ MECRR_GUARDED_BY(mutex_);
  UnitsEnd end_ MECRR_GUARDED_BY(mutex_);
};

}  // namespace

Result<UnitsEnd> replay_units(const Reader& reader, UnitsOptions options) {
  MECRR_CHECK(options.jobs != 0);
  if (reader.streams().empty()) return fail("{}: there are no events", reader.path());
  auto backing = TRY(Backing::create(reader));
  return Crew(reader, std::move(options), std::move(backing)).run();
}

}  // namespace mecrr
