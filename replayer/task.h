// A task of the replay: where it stands, and what the device holds of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "device/registers.h"
#include "device/stop.h"
#include "device/system_call.h"
#include "device/task.h"
#include "replayer/memory/address_space.h"

namespace mecrr {

/// Where a task stands. Between two events it goes
///
///     kBehindEvent ──> kInCode ──> kAtStop ──> kBehindEvent, or kInCall until the call comes back
///
/// or directly from the first to kAtStop; kInCode only if it was stopped on the way.
enum class Stand {
  kBehindEvent,  ///< where its last event left it, or at its beginning: no own code since
  kInCode,       ///< somewhere in its own code
  kAtStop,       ///< the device has stopped it: ReplayedTask::stop
  kInCall,       ///< in a call that has been entered: ReplayedTask::call
};

/// What a call that has been entered will write to the recording's stdout or stderr.
struct HeldOutput {
  pb::Output to = pb::OUTPUT_NONE;
  Bytes bytes;  ///< as many as it may write
};

struct ReplayedTask {
  Tid tid;  ///< as recorded
  Pid pid;  ///< likewise
  StreamId stream;
  Tid actual;  ///< as the device calls it
  /// Absent only while it runs.
  std::optional<StoppedTask> stopped;
  std::shared_ptr<AddressSpace> memory;
  /// As it stands; orig_rax is as the recorder had it there (device/registers.h).
  Registers registers{};
  /// Whether the device does not have `registers` yet.
  bool registers_changed = false;
  Stand stand = Stand::kBehindEvent;
  std::optional<Stop> stop;  ///< while kAtStop
  SystemCall call{};         ///< the last one that it made
  /// The same; but of restart_syscall the call that goes on.
  SystemCall effective{};
  HeldOutput output;  ///< while kInCall
  /// Its last landing, as long as nothing has shown that it was the right moment.
  std::optional<EventId> landed{};
  bool begun = true;  ///< false from its Created event to the Forked event of its stream
};

/// A process of the replay.
struct ReplayedProcess {
  Pid pid;     ///< as recorded
  Pid parent;  ///< likewise
  Pid actual;  ///< as the device calls it
  StreamId stream;
  std::string path;
  std::vector<std::string> arguments;
  std::size_t tasks = 0;  ///< alive
  /// The main task, if it has ended before others. The kernel would keep it as a zombie, of which
  /// nothing is heard until the others have gone; here it stays stopped until then.
  std::optional<StoppedTask> parked;
};

}  // namespace mecrr
