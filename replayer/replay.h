// A replay: the processes of a trace, made again on a device, from nothing but the trace.
//
//   Reader ──events──> Replay ──commands──> Device
//                         └──> what the program wrote; where it stands; divergence
//
// It follows the order of the recording, one event after the other. Each event happens to one task,
// and happens in two halves:
//
//      ... own code ...   │ before event N │   event N    │ after event N │  ... own code ...
//      the task runs      │ it stands at N,│ answer,      │ N+1 is now    │  (when the task's own
//      until it gets to N │ and is compared│ signal, ...  │ pending       │   next event is
//      pending)
//                         │ with the log   │ are applied  │               │
//
// Only the task of the pending event (the next to happen) ever runs; all others stand still. Every
// function that moves the replay brings it to such a place, or to an instruction between two. It
// moves forwards only.
//
// A replay that comes to differ from its log ends with a Divergence; what it has done up to there
// is as recorded. An error is something else: a trace that makes no sense, which is told as
// "trace.pb: event 12 of stream 3: …", or a failing machine. After a Divergence, an end or an error
// the replay can be looked at but not moved.
//
// Processes and tasks are called by their numbers on the recording machine throughout.
// Threads: the one that made the device.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/remote_address.h"
#include "device/device.h"
#include "device/memory.h"
#include "device/registers.h"
#include "replayer/breakpoints/rule.h"
#include "replayer/breakpoints/sites.h"
#include "replayer/divergence.h"
#include "replayer/mapped_range.h"
#include "replayer/position.h"
#include "replayer/symbols/stored_files.h"
#include "trace-format/reader.h"

namespace mecrr {

class Backing;
class Referee;

struct ReplayOptions {
  /// Only this process: others are replayed silently as far as its memory depends on them (those
  /// that it was forked from, and those that it shares memory with), and no further.
  std::optional<Pid> only;
  /// Only these streams, which need no other and are not empty. Without `only`.
  std::optional<std::vector<StreamId>> streams;
  /// Shared with other replays of the same trace. Absent: one of its own.
  std::shared_ptr<Backing> backing;
  /// Takes what the program writes to the recording's stdout and stderr, in order, each with the
  /// order of its event. May be empty.
  std::function<void(Order, pb::Output, ByteView)> output;
  /// Told whenever other events have happened: the one that is next. May be empty.
  std::function<void(Order)> next_event;
  /// Called when a stream has begun (its Image or Forked event has been applied): the moment to set
  /// breakpoints in a program that was not there before. May be empty.
  std::function<void(StreamId)> stream_began;
  /// How much processor time a process may use to come to a landing, beyond twenty times what
  /// passed in the recording: then it is not going to, which is a divergence.
  std::chrono::nanoseconds patience = std::chrono::seconds(10);
  /// Shown the moments that only the hash of all memory tells from a landing, and the landings. May
  /// be null.
  Referee* referee = nullptr;
  /// Set by a signal handler to stop between two events (Interrupted). May be null.
  const std::atomic<bool>* interrupted = nullptr;
};

/// Which side of an event.
enum class Side { kBefore, kAfter };

enum class Breakpoints { kHeed, kIgnore };

/// What a move came to.
struct Reached {};  ///< the place that was asked for
struct BreakpointHit {
  Tid tid;
  RemoteAddress address;      ///< the task stands there; its next move executes the instruction
  std::vector<RuleId> rules;  ///< that stop it
};
struct Ended {
  /// As the recorder left it; absent if it died. Then the trace ends at its last flush.
  std::optional<pb::Ending> ending;
  /// Tasks that were still alive at the end of the trace.
  std::size_t tasks_left = 0;
};
struct Interrupted {};
using Advance = std::variant<Reached, BreakpointHit, Ended, Interrupted, Divergence>;

struct LiveTask {
  Tid tid;
  Pid pid;
  StreamId stream;
  /// Of the call that it is in: made, and not yet come back.
  std::optional<std::uint32_t> call;
};

struct LiveProcess {
  Pid pid;
  Pid parent;
  StreamId stream;
  std::string path;                    ///< of its program
  std::vector<std::string> arguments;  ///< of its program
};

/// Landings so far (docs/landing.md).
struct LandingCounts {
  std::uint64_t landings = 0;  ///< events that had one
  /// Moments that were alike in what a probe compares, and found to be another by vector registers
  /// or the stack.
  std::uint64_t alike = 0;
  /// Moments that only the hash of all memory told to be another: without it (of large programs it
  /// is recorded by `mecrr record --verify` only) the replay would have gone on from there, and
  /// been wrong.
  std::uint64_t wrong = 0;
  /// Landings that had such moments.
  std::uint64_t unsure = 0;
};

class Replay {
 public:
  /// Starts the first process, or `options.only`: it stands before its first instruction, its Image
  /// or Forked event applied. `reader` and `device` outlive the replay.
  static Result<std::unique_ptr<Replay>> open(Reader& reader, Device& device,
                                              ReplayOptions options);
  virtual ~Replay() = default;

  // ---- asking

  /// Where the replay is; empty at its end.
  virtual std::optional<Position> position() const = 0;
  /// The event at position(); null at the end. Valid until the next move.
  virtual const pb::Event* pending() const = 0;

  virtual std::vector<LiveTask> tasks() const = 0;
  virtual std::vector<LiveProcess> processes() const = 0;

  /// Of a live task. At a call as the device reports it: rip is behind the `syscall` instruction.
  virtual Result<Registers> registers(Tid) const = 0;
  virtual Result<VectorState> vector_state(Tid) const = 0;
  /// The program's memory, without breakpoints and with the instructions that the recorder replaced
  /// (Mapping.trap). Fails with EFAULT where there is none.
  virtual Result<void> read_memory(Tid, RemoteAddress from, MutableBytes into) const = 0;

  /// Of a stream's address space, lowest first; empty if it is not alive.
  virtual std::vector<MappedRange> mappings(StreamId) const = 0;

  virtual LandingCounts landings() const = 0;

  // ---- moving: each returns at once with Ended when the replay is at its end

  /// To the end.
  virtual Result<Advance> run(Breakpoints) = 0;
  /// To a side of the event of that order. Fails if that has passed, or is not in the trace (or,
  /// when one process is replayed, not among its events).
  virtual Result<Advance> run_to(Order, Side, Breakpoints) = 0;
  /// One instruction of the task whose event is pending; if it stands at the event already, the
  /// event instead. An instruction that leads to the event (a call, a fault) reaches the place
  /// before it.
  virtual Result<Advance> step_instruction() = 0;

  // ---- breakpoints, in a stream's address space and in the streams forked from it later. Where
  // they are heeded, a task that comes to one is counted, and stops if a rule says so (rule.h). The
  // instruction that it stands at when a move begins does not count, nor do single steps.

  /// Fails if the stream is not alive, or the address not mapped or not to be written to.
  virtual Result<void> add_breakpoint(Breakpoint, RuleId) = 0;
  Result<void> add_breakpoint(Breakpoint place) { return add_breakpoint(place, kEachTime); }
  /// False if there is none.
  virtual bool remove_breakpoint(Breakpoint, RuleId) = 0;
  bool remove_breakpoint(Breakpoint place) { return remove_breakpoint(place, kEachTime); }
  /// In all streams, and the rule.
  virtual void remove_breakpoints(RuleId) = 0;
  /// The places.
  virtual std::vector<Breakpoint> breakpoints() const = 0;
  /// To be looked at and changed between moves, whether breakpoints have it yet or not. A new one
  /// has no condition. Valid until remove_breakpoints().
  virtual Rule& rule(RuleId) = 0;

 protected:
  Replay() = default;
};

/// A task's memory as Memory. `replay` outlives it.
class ReplayedMemory final : public Memory {
 public:
  ReplayedMemory(const Replay& replay, Tid tid) : replay_(&replay), tid_(tid) {}
  Result<void> read(RemoteAddress from, MutableBytes into) const override {
    return replay_->read_memory(tid_, from, into);
  }

 private:
  const Replay* replay_;
  Tid tid_;
};

/// The order of an event that is named by its place in a stream, for Replay::run_to().
Result<Order> order_of(Reader& reader, StreamId stream, EventId event);

/// The files of a trace, for Symbols.
class TraceFiles final : public StoredFiles {
 public:
  explicit TraceFiles(Reader& reader) : reader_(&reader) {}
  Result<void> for_each_part(ContentId content, const Take& take) override {
    return reader_->for_each_part(content, take);
  }

 private:
  Reader* reader_;
};

/// The whole story of a divergence, of many lines, for a person: both sides, the event, registers,
/// disassembly and backtrace of the task.
std::string report(const Divergence& divergence, const Replay& replay, Reader& reader);

}  // namespace mecrr
