#pragma once

// Breakpoint instructions (int3) in the memory of replayed programs. They are there only while a
// task runs: put in before it is resumed, taken out when it stops. So nobody who looks at stopped
// tasks ever sees one: not the comparison with the log, not a person, not a signal frame or a fork.
//
// A program that reads its own code while it runs does see them. It then computes something else
// than it did, and the next call that depends on it is a divergence.
//
// Whether a task that has come to one stops there, its rules say (rule.h); one is enough.

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/remote_address.h"
#include "device/probe.h"
#include "device/stop.h"
#include "device/task.h"
#include "replayer/breakpoints/rule.h"
#include "replayer/memory/address_space.h"

namespace mecrr {

/// A place.
struct Breakpoint {
  StreamId stream;
  RemoteAddress address;
  friend auto operator<=>(const Breakpoint&, const Breakpoint&) = default;
};

/// Whether an int3 has been executed; rip is behind it.
bool is_breakpoint_trap(const Stop& stop);

class Sites {
 public:
  void add(Breakpoint place, RuleId rule) { wanted_[place].insert(rule); }
  bool remove(Breakpoint place, RuleId rule);
  /// Wherever it stands.
  void remove(RuleId rule);
  bool contains(Breakpoint place) const { return wanted_.contains(place); }
  bool empty() const { return wanted_.empty(); }
  std::vector<Breakpoint> places() const;
  /// A new one has no condition. Stays until remove().
  Rule& rule(RuleId rule) { return rules_[rule]; }

  /// A fork's child has those of its parent.
  void inherit(StreamId parent, StreamId child);
  /// The address space is no more.
  void forget(StreamId stream);

  /// Counts that a task with these registers has come to a place.
  /// @return whose rules stop it
  std::vector<RuleId> come_to(Breakpoint place, const Registers& registers, const Memory& memory);

  /// A probe that stops a task where come_to() would, and lets it pass where that counts it only.
  /// Empty if there is none that does, or the task would stop each time.
  std::optional<Probe> probe(Breakpoint place) const;
  /// Counts what that probe has counted.
  void note(Breakpoint place, const ProbeCounts& counts);
  /// Whose rules a probe at the place stands for.
  std::vector<RuleId> rules_at(Breakpoint place) const;

  /// Before `task`, of that stream and in that address space, is resumed. What is no longer mapped
  /// is left out, and the place of a probe. Patches that would keep a breakpoint from being hit are
  /// uncovered: the caller covers them again when the breakpoints have been taken out.
  Result<void> put_in(StoppedTask& task, StreamId stream, AddressSpace& memory,
                      std::optional<RemoteAddress> probe);
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

  std::map<Breakpoint, std::set<RuleId>> wanted_;  // no set is empty
  std::map<RuleId, Rule> rules_;
  std::vector<Placed> placed_;  // in the memory of the task that runs, or of the last that did
  bool are_in_ = false;
};

}  // namespace mecrr
