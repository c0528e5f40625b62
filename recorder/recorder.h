// Records a program: runs it on a device, and turns what the device reports into a trace.
//
//   launch ──> stop ──> event ──> writer       one loop, one thread; docs/life-of-a-read.md
//
// The program must not notice: nothing here touches its descriptors, its terminal or its signals.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "device/device.h"
#include "recorder/stats.h"
#include "trace-format/writer.h"

namespace mecrr {

enum class HashMemory : bool { kIfSmall, kAlways };

/// What the recorder needs to be given besides the device and the program.
struct RecordingContext {
  /// Makes the trace's file; called once, after the program has started.
  std::function<Result<Writer>(const pb::Header& header)> create_trace;
  /// Takes one line for the user: what was refused, that the trace had to end early.
  std::function<void(std::string_view line)> warn;
  /// How long a task that makes no calls keeps its turn while others of its domain wait for theirs.
  static constexpr std::chrono::milliseconds kSlice{50};
  std::chrono::milliseconds slice = kSlice;
  /// Of recorder/scheduler/chaos.h, which then says who goes on when; absent: all in order.
  std::optional<std::uint64_t> chaos_seed;
  /// Which landings have a hash of all memory, for replays to compare (Landing.memory_hash).
  HashMemory hash_memory = HashMemory::kIfSmall;
  /// Set (by a signal handler) to end the recording: the program is killed, the trace is whole.
  const std::atomic<bool>* interrupted = nullptr;
};

/// What came of a recording.
struct Recording {
  int status = 0;  ///< of the recorded program (the first process), as from waitpid(2)
  bool interrupted = false;
  std::uint64_t processes = 0;
  std::chrono::nanoseconds duration{};
  RecordingStats stats;
  WrittenTrace trace;
  std::optional<Error> trace_failure;  ///< the trace ends early because of this; it is good so far
};

/// Runs `launch` to its end, with all that it starts. Fails, with the errno of execve or of ptrace
/// and without having made a trace, if the program cannot be started; or if recording cannot go on
/// (the trace is good up to there).
Result<Recording> record(Device& device, const Launch& launch, const RecordingContext& context);

}  // namespace mecrr
