#pragma once

// Breakpoint instructions (int3) in the memory of replayed programs. They are there only while a
// task runs: put in before it is resumed, taken out when it stops. So nobody who looks at stopped
// tasks ever sees one: not the comparison with the log, not a person, not a signal frame or a fork.
//
// A program that reads its own code while it runs does see them. It then computes something else
// than it did, and the next call that depends on it is a divergence.

#include <cstddef>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/remote_address.h"
#include "device/task.h"
#include "replayer/memory/address_space.h"

namespace mecrr {

struct Breakpoint {
  StreamId stream;
  RemoteAddress address;
  friend auto operator<=>(const Breakpoint&, const Breakpoint&) = default;
};

class Sites {
 public:
  void add(Breakpoint breakpoint) { wanted_.insert(breakpoint); }
  bool remove(Breakpoint breakpoint) { return wanted_.erase(breakpoint) != 0; }
  bool contains(Breakpoint breakpoint) const { return wanted_.contains(breakpoint); }
  const std::set<Breakpoint>& all() const { return wanted_; }

  /// A fork's child has those of its parent.
  void inherit(StreamId parent, StreamId child);
  /// The address space is no more.
  void forget(StreamId stream);

  /// Before `task`, of that stream and in that address space, is resumed. What is no longer mapped
  /// is left out. Patches that would keep a breakpoint from being hit are uncovered: the caller
  /// covers them again when the breakpoints have been taken out.
  Result<void> put_in(StoppedTask& task, StreamId stream, AddressSpace& memory);
  /// When it has stopped. Does nothing if nothing was put in.
  Result<void> take_out(StoppedTask& task);
  /// Whether a task that has stopped behind an int3 at `address` has hit one that was put in.
  bool was_in(RemoteAddress address) const;
  /// Whether one is there now.
  bool is_in(RemoteAddress address) const { return are_in_ && was_in(address); }

 private:
  struct Placed {
    RemoteAddress address;
    std::byte original;
  };

  std::set<Breakpoint> wanted_;
  std::vector<Placed> placed_;  // in the memory of the task that runs, or of the last that did
  bool are_in_ = false;
};

}  // namespace mecrr
