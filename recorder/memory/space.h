// One address space of the recording: its stream, its domain, and what must be known of its memory.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/remote_address.h"
#include "device/agent/cpuid_table.h"
#include "recorder/memory/backed_mappings.h"
#include "recorder/nondeterminism/instructions.h"
#include "recorder/scheduler/domain.h"

namespace mecrr {

struct Space {
  StreamId stream;
  std::shared_ptr<Domain> domain = std::make_shared<Domain>();
  int tasks = 0;  ///< that live in it

  BackedMappings backed;
  /// Where the first stack is, or may grow to.
  RemoteRange stack;
  RemoteAddress heap_end;  ///< as brk(2) has it; page-aligned or not
  /// Instructions that int3 stands for, by address.
  std::unordered_map<RemoteAddress, NondeterministicInstruction> traps;

  /// What cpuid answers without an event; null: each is one.
  std::shared_ptr<const agent::CpuidTable> cpuid;

  /// Code that now leads to the agent, as it was, by the address of its first byte.
  std::map<RemoteAddress, Bytes> patches;
  /// `syscall`, cpuid and rdtsc instructions that have been looked at.
  std::unordered_set<RemoteAddress> seen_calls;
  /// Of those, rdtsc that have been stops, and may lead to the agent from the next call on.
  std::vector<RemoteAddress> met_counters;

  /// Whether the byte is part of code that leads to the agent, or of an int3 of ours.
  bool is_patched(RemoteAddress at) const {
    if (traps.contains(at)) return true;
    auto behind = patches.upper_bound(at);
    if (behind == patches.begin()) return false;
    const auto& [site, original] = *std::prev(behind);
    return at - site < original.size();
  }

  /// Whatever was in the range is gone.
  void forget(RemoteRange range) {
    backed.unmap(range);
    std::erase_if(patches, [&](const auto& patch) { return range.contains(patch.first); });
    std::erase_if(seen_calls, [&](RemoteAddress call) { return range.contains(call); });
    std::erase_if(met_counters, [&](RemoteAddress at) { return range.contains(at); });
    std::erase_if(traps, [&](const auto& trap) { return range.contains(trap.first); });
  }
};

}  // namespace mecrr
