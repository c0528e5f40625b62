// Which `syscall` instructions lead to the agent: each at its first stop, and those that were met
// before, in another process or another mapping, as soon as the same file is mapped again.
//
// And which cpuid: those of small files as soon as they are mapped, for ld.so asks dozens of times
// at each program's start; those of others once they have been met, from the next mapping on.
// rdtsc and rdtscp likewise, but where a process has one task they lead there from its next call
// on.
//
// Only code of files in private mappings: what a program makes or rewrites itself is never touched.
#pragma once

#include "base/error.h"
#include "base/remote_address.h"
#include "device/task.h"
#include "recorder/memory/contents.h"
#include "recorder/memory/space.h"
#include "recorder/stats.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

class SitePatcher {
 public:
  using Patches = google::protobuf::RepeatedPtrField<pb::Patch>;

  /// Both outlive this.
  SitePatcher(Contents& contents, RecordingStats& stats) : contents_(&contents), stats_(&stats) {}

  /// The task stands behind a `syscall`, whose call has been a stop.
  Result<void> patch_behind(RemoteAddress back, StoppedTask& task, Space& space, Patches& patches);

  /// The task stands at a cpuid (int3).
  void use_cpuid(RemoteAddress at, const Space& space);
  /// The task stands at an rdtsc or rdtscp, which has been a stop.
  void use_counter(RemoteAddress at, Space& space);

  /// `mapping` has just been made: all sites in it that are known to be used.
  Result<void> patch_mapping(const pb::Mapping& mapping, StoppedTask& task, Space& space,
                             Patches& patches);

 private:
  Result<void> patch_met(StoppedTask& task, Space& space, Patches& patches);
  Result<void> patch(const CallSite& site, RemoteAddress call, StoppedTask& task, Space& space,
                     Patches& patches);

  Contents* contents_;
  RecordingStats* stats_;
};

/// The program can change the code in `range` from now on, or has moved it to `now`: it finds the
/// original there.
Result<void> restore_code(RemoteRange range, RemoteAddress now, StoppedTask& task, Space& space,
                          SitePatcher::Patches& patches);

/// Puts the original code into `bytes`, which were read from `from`.
void hide_patches(const Space& space, RemoteAddress from, MutableBytes bytes);

}  // namespace mecrr
