// What units write, in the order of the recording, as soon as it is known to be next.
//
//     unit 1   ──────x─────────────x──┤           next event of unit 1
//     unit 2       ────x──x───┤                   the front: all before it has happened, so the
//     unit 3              ─────x────────x──┤      first three x are out, the others wait
//     unit 4   (not begun)                 ─────  begins behind
//
// What waits is kept in memory, up to a limit; then units wait that want to write. The one at the
// front never does. So this ends whenever units begin in their order and each one begins sooner or
// later: `waiting` is told, so that another can be begun in the waiting one's stead.
//
// Threads: any; each function locks, but for at(), which does so only if there is something to do.
// `take` is called by one thread at a time, in the one order, and not under the lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

class OrderedOutput {
 public:
  /// Bytes that wait. Beside them a write of each unit can wait, which its task has in memory too.
  static constexpr std::uint64_t kMaxWaitingBytes = 16 << 20;

  struct Hooks {
    std::function<void(pb::Output, ByteView)> take;
    /// A unit begins to wait for others, and no longer does. May be empty; called under no lock.
    std::function<void()> waiting;
    std::function<void()> goes_on;
  };

  /// @param firsts  the orders of the units' first events, ascending
  OrderedOutput(std::vector<Order> firsts, Hooks hooks, std::uint64_t limit = kMaxWaitingBytes);

  // Units by their numbers in `firsts`.

  /// In ascending order, each once, before anything else of it.
  void begin(std::size_t unit) MECRR_EXCLUDES(mutex_);
  /// The next event of the unit. What it writes until then has a lower order.
  void at(std::size_t unit, Order next) MECRR_EXCLUDES(mutex_);
  /// It has no more events.
  void end(std::size_t unit) MECRR_EXCLUDES(mutex_);
  /// At the unit's next event, or behind it but before the next at().
  void write(std::size_t unit, Order order, pb::Output to, ByteView bytes) MECRR_EXCLUDES(mutex_);

  /// Nothing comes out any more that is behind `last`, and nobody waits with such.
  void end_behind(Order last) MECRR_EXCLUDES(mutex_);

  Order next_of(std::size_t unit) const { return Order(next_[unit].load()); }
  /// All events before it have happened; empty if there are no more.
  std::optional<Order> front() const MECRR_EXCLUDES(mutex_);

 private:
  static constexpr std::uint64_t kNever = UINT64_MAX;
  struct Piece {
    pb::Output to;
    Bytes bytes;
  };

  std::uint64_t least_next() const MECRR_REQUIRES(mutex_);
  bool must_wait(Order order, std::uint64_t bytes) const MECRR_REQUIRES(mutex_);
  bool is_next(Order order) const MECRR_REQUIRES(mutex_);
  void note_what_waits() MECRR_REQUIRES(mutex_);
  void put_out() MECRR_REQUIRES(mutex_);

  const std::vector<Order> firsts_;
  const Hooks hooks_;
  const std::uint64_t limit_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> next_;  // by unit; kNever: ended
  std::atomic<std::uint64_t> first_waiting_{kNever};    // order of what waits for the front

  mutable Mutex mutex_;
  Condition changed_;
  std::set<std::size_t> alive_ MECRR_GUARDED_BY(mutex_);  // begun, and not ended
  std::size_t begun_ MECRR_GUARDED_BY(mutex_) = 0;
  std::multimap<std::uint64_t, Piece> pieces_ MECRR_GUARDED_BY(mutex_);  // by order
  std::multiset<std::uint64_t> waiting_units_ MECRR_GUARDED_BY(mutex_);  // by what they write
  std::uint64_t bytes_ MECRR_GUARDED_BY(mutex_) = 0;                     // of pieces_
  std::uint64_t last_ MECRR_GUARDED_BY(mutex_) = kNever;
  bool is_taking_ MECRR_GUARDED_BY(mutex_) = false;  // somebody is in hooks_.take
};

}  // namespace mecrr
