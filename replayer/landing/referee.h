// What landings lack, found while a recording is verified (docs/landing.md).
//
// Where only the hash of all memory tells a moment from the landing, the referee keeps that memory,
// and compares it with what is there at the landing itself. Some words that differ are what the
// landing should have had among its own: with them a replay's probe passes such moments by.
//
// What it keeps is bounded. Of a program with too much memory for that it keeps hashes of pages
// first; another replay then shows it the few pages that differ.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/remote_address.h"
#include "device/task.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

class Referee {
 public:
  /// How much it keeps of the memory at wrong moments.
  struct Room {
    std::size_t pages = 32 * 1024;         ///< of 4 KiB
    std::size_t hashes = 2 * 1024 * 1024;  ///< of pages; 32 bytes each
  };
  Referee() : Referee(Room{}) {}
  explicit Referee(Room room) : room_(room) {}

  // ---- what a replay shows it, by the order of the landing's event

  /// The task is looking for the landing, and at a moment that only the hash tells from it.
  /// @param stacks  stack pointers of all tasks of its memory
  Result<void> see_wrong(Order landing, const StoppedTask& task,
                         const std::vector<std::uint64_t>& stacks);
  /// The task is at the landing.
  Result<void> see_right(Order order, const pb::Landing& landing, const StoppedTask& task,
                         const std::vector<std::uint64_t>& stacks);

  // ---- what has come of it

  /// Words that tell landings from the wrong moments that were seen, by order; at least one each.
  const std::map<Order, std::vector<pb::Word>>& words() const { return words_; }
  /// Of some landing it needs to see certain pages, in another replay of the same trace.
  bool wants_more() const { return !wanted_.empty(); }
  /// Another replay begins; what is in words() is in the trace by now.
  void begin_again();

 private:
  struct Page {
    RemoteAddress start;
    std::uint64_t hash = 0;
    std::shared_ptr<const Bytes> bytes;  // shared by moments; null: there was no room
  };
  using Moment = std::vector<Page>;  // lowest first; pages that were zero are left out
  class Comparison;

  void keep(Moment& moment, RemoteAddress start, ByteView bytes, std::size_t room);
  HashedMemory of(Order landing, const std::vector<std::uint64_t>& stacks) const;

  Room room_;
  std::optional<Order> landing_;  // which moments_ are of
  std::vector<Moment> moments_;
  std::size_t pages_ = 0, hashes_ = 0;  // in moments_
  std::map<Order, std::vector<pb::Word>> words_;
  // Pages to look at: from the replay before, and for the next one.
  std::map<Order, std::vector<RemoteAddress>> looked_at_, wanted_;
};

/// The landing then has these words, and the probe compares them first. As many of its others, the
/// first, make room as there must be.
void add_words(pb::Landing& landing, const std::vector<pb::Word>& words);

}  // namespace mecrr
