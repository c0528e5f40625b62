// What the device knows of the agent in one address space. Tasks that share memory share it; a fork
// gets a copy.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/remote_address.h"
#include "device/agent/state.h"
#include "device/patching/patch_window.h"

namespace mecrr::ptrace {

/// Memory for stubs, near the code that they belong to.
struct StubBlock {
  static constexpr std::uint64_t kBytes = 0x10000;  ///< of those that are mapped when needed

  RemoteRange range;
  std::uint64_t used = 0;  ///< bytes

  std::uint64_t room() const { return range.size - used; }
};

struct PatchedSite {
  PatchWindow window;
  PatchPlace place;
};

struct AgentSpace {
  std::map<RemoteAddress, PatchedSite> patched;  ///< by the stub's address
  /// Of those, where rdtsc leads there: the stub's address, by the site's.
  std::map<RemoteAddress, RemoteAddress> counters;
  std::vector<StubBlock> stubs;
  /// Processes that use this memory with descriptors of their own: children of vfork that have not
  /// called exec yet. While there are any, numbers of descriptors tell the agent nothing.
  int foreign_tables = 0;
  /// Another address space uses the same descriptors (CLONE_FILES without CLONE_VM), or some tasks
  /// of this one have their own (unshare): nothing is known of descriptors from there on.
  bool descriptors_unknown = false;
  /// The program filters calls by itself: then each is to be seen by ptrace.
  bool is_off = false;
  std::vector<agent::KnownFile> known_files{};  ///< as in AgentState
  std::size_t oldest_known = 0;  ///< of those, once there are as many as there can be

  /// Whether the address is in the agent, or in a stub that leads there.
  bool contains(RemoteAddress at) const {
    constexpr RemoteRange kAgent{RemoteAddress(agent::kCode), agent::kEnd - agent::kCode};
    return kAgent.contains(at) || std::ranges::any_of(stubs, [&](const StubBlock& block) {
             return block.range.contains(at);
           });
  }

  /// Takes the files in. @return whether that changes anything
  bool know(std::span<const agent::KnownFile> files) {
    bool changes = false;
    for (const agent::KnownFile& file : files) {
      auto at = std::ranges::find(known_files, file.key, &agent::KnownFile::key);
      if (at != known_files.end() && at->start == file.start && at->end == file.end) continue;
      changes = true;
      if (at == known_files.end() && known_files.size() < agent::kKnownFiles) {
        known_files.push_back(file);
        continue;
      }
      if (at == known_files.end())
        at = known_files.begin() + static_cast<std::ptrdiff_t>(oldest_known++ % agent::kKnownFiles);
      *at = file;
    }
    return changes;
  }

  bool knows_descriptors() const { return foreign_tables == 0 && !descriptors_unknown; }
};

}  // namespace mecrr::ptrace
