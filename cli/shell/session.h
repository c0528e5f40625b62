// What the verbs of the shell work on: a replay, and what the person has asked for so far.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "cli/shell/breakpoint_list.h"
#include "cli/shell/loading_events.h"
#include "cli/shell/program_output.h"
#include "cli/text/style.h"
#include "replayer/replay.h"
#include "replayer/symbols/symbols.h"
#include "trace-format/reader.h"

namespace mecrr::cli {

class Session {
 public:
  /// All outlive this. `interrupted` is set when the person presses Ctrl-C.
  Session(Reader& reader, Replay& replay, ProgramOutput& output, std::atomic<bool>& interrupted,
          std::optional<Pid> only, const Style& style);

  Reader& reader() const { return reader_; }
  Replay& replay() const { return replay_; }
  const Style& style() const { return style_; }
  std::atomic<bool>& interrupted() const { return interrupted_; }
  BreakpointList& breakpoints() { return breakpoints_; }

  /// The task that verbs look at: the selected one, or else the one whose event is next. Fails if
  /// none is left.
  Result<LiveTask> task() const;
  Result<Registers> registers() const;
  Result<ReplayedMemory> memory() const;

  /// Has verbs look at a live task, until the replay moves.
  void select(Tid tid) { selected_ = tid; }

  /// The names of a live stream's address space, as it is now.
  Symbols& symbols(StreamId stream);

  /// Runs to the end, or to the side of an event. Breakpoints by name are put into programs and
  /// libraries as these are loaded.
  struct Goal {
    Order order;
    Side side;
  };
  Result<Advance> run(std::optional<Goal> goal, Breakpoints heed);
  Result<Advance> step_instruction();

  bool wants_to_quit = false;
  bool has_diverged = false;

  /// What an `x` that leaves something out goes on with.
  struct Examined {
    std::optional<RemoteAddress> next;
    char format = 'x';
    std::size_t size = 4;
  };
  Examined examined;

 private:
  Result<Advance> moved(Result<Advance> advance);

  Reader& reader_;
  Replay& replay_;
  ProgramOutput& output_;
  std::atomic<bool>& interrupted_;
  Style style_;
  LoadingEvents loading_;
  BreakpointList breakpoints_;
  TraceFiles files_;
  std::map<StreamId, Symbols> symbols_;
  std::optional<Tid> selected_;
};

}  // namespace mecrr::cli
