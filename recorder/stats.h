// What a recording has cost, in numbers: where tasks stopped and why, how many calls needed no
// stop. For `mecrr record --stats`; nothing decides by it.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "device/agent/state.h"
#include "device/stop.h"

namespace mecrr {

struct RecordingStats {
  /// Why a task stopped: a few words of static lifetime, shown as they are; and the call that it
  /// was about, if any.
  using Reason = std::pair<std::string_view, std::optional<std::uint32_t>>;

  // Calls that agents have made, without a stop.
  std::map<std::uint32_t, std::uint64_t> agent_calls;  ///< by number
  std::uint64_t batches = 0;                           ///< logs that were taken from agents
  std::uint64_t batch_bytes = 0;                       ///< of their records

  std::map<Reason, std::uint64_t> stops;

  /// Processes that ran their own code at the same time.
  std::uint64_t most_at_once = 0;

  std::uint64_t patched_sites = 0;
  /// Call sites that stay stops, by the reason: static words, as of a Reason.
  std::map<std::string_view, std::uint64_t> unpatched_sites;

  void count_stop(std::string_view why, std::optional<std::uint32_t> call = std::nullopt) {
    ++stops[{why, call}];
  }
  /// The records of one log, which are checked or made by ourselves: by number.
  void count_batch(ByteView records);
};

/// What kind of stop it is. Of a call that an agent has let through, text_of(Abandoned) says more.
RecordingStats::Reason reason_of(const Stop& stop);
std::string_view text_of(agent::Abandoned reason);

}  // namespace mecrr
