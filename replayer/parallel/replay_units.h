// A whole trace, from its beginning to its end, with several units (units.h) at the same time.
//
// What comes of it is what one Replay of all streams would have come to: the same output in the
// same order, and of what goes wrong, whatever comes first in the recording's order. Units that are
// beyond it by then are stopped, others go on to it.
//
// Meanwhile SIGURG interrupts waiting calls of this process: by it, threads are told to stop.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "device/device.h"
#include "replayer/parallel/ordered_output.h"
#include "trace-format/reader.h"

namespace mecrr {

struct UnitsOptions {
  /// How many units are replayed at the same time; at least 1. More can be alive, where some wait
  /// to write what others come before.
  std::size_t jobs = 1;
  /// Called by the thread that will use it, and destroy it.
  std::function<std::unique_ptr<Device>()> make_device;
  /// Takes what the program writes to the recording's stdout and stderr, in order. Called by any
  /// thread, one at a time. May be empty.
  std::function<void(pb::Output, ByteView)> output;
  /// Called by the calling thread every tenth of a second: all events before it have happened. May
  /// be empty.
  std::function<void(Order)> progress;
  /// As ReplayOptions has it, called by any thread, at the same time. May be empty.
  std::function<void(StreamId)> stream_began;
  /// Of output that others come before; then units wait.
  std::uint64_t max_waiting_bytes = OrderedOutput::kMaxWaitingBytes;
};

struct UnitsEnd {
  /// The whole story (report()) of a divergence; absent if all went as recorded.
  std::optional<std::string> divergence;
  std::size_t units = 0;         ///< that were begun
  std::size_t most_at_once = 0;  ///< of them
};

Result<UnitsEnd> replay_units(const Reader& reader, UnitsOptions options);

}  // namespace mecrr
