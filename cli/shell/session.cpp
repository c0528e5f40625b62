#include "cli/shell/session.h"

#include <algorithm>

#include "cli/output.h"

namespace mecrr::cli {

Session::Session(Reader& reader, Replay& replay, ProgramOutput& output,
                 std::atomic<bool>& interrupted, std::optional<Pid> only, const Style& style)
    : reader_(reader),
      replay_(replay),
      output_(output),
      interrupted_(interrupted),
      style_(style),
      loading_(reader, only),
      files_(reader) {}

Result<LiveTask> Session::task() const {
  const std::vector<LiveTask> tasks = replay_.tasks();
  const auto position = replay_.position();
  if (selected_ || position) {
    const Tid wanted = selected_ ? *selected_ : position->tid;
    const auto found = std::ranges::find(tasks, wanted, &LiveTask::tid);
    if (found != tasks.end()) return *found;
  }
  if (tasks.empty()) return fail("no task is left to look at: the replay is at its end");
  return fail(
      "the task of the next event does not exist yet or any more; thread TID selects another");
}

Result<Registers> Session::registers() const { return replay_.registers(TRY(task()).tid); }

Result<ReplayedMemory> Session::memory() const { return ReplayedMemory(replay_, TRY(task()).tid); }

Symbols& Session::symbols(StreamId stream) {
  Symbols& symbols = symbols_.try_emplace(stream, files_).first->second;
  symbols.set_mapped_files(executable_files(replay_.mappings(stream)));
  return symbols;
}

Result<Advance> Session::moved(Result<Advance> advance) {
  selected_.reset();
  output_.end_line();
  if (advance && std::holds_alternative<Divergence>(*advance)) has_diverged = true;
  return advance;
}

Result<Advance> Session::run(std::optional<Goal> goal, Breakpoints heed) {
  TRY(flush_output());
  interrupted_ = false;
  while (breakpoints_.wait_for_names() && heed == Breakpoints::kHeed) {
    TRY(breakpoints_.place(*this));
    const auto position = replay_.position();
    const auto loading = position ? TRY(loading_.first_from(position->order)) : std::nullopt;
    if (!loading || (goal && *loading >= goal->order)) break;
    auto advance = replay_.run_to(*loading, Side::kAfter, heed);
    if (!advance || !std::holds_alternative<Reached>(*advance)) return moved(std::move(advance));
  }
  auto advance = goal ? replay_.run_to(goal->order, goal->side, heed) : replay_.run(heed);
  if (advance) TRY(breakpoints_.place(*this));
  return moved(std::move(advance));
}

Result<Advance> Session::step_instruction() {
  TRY(flush_output());
  auto advance = replay_.step_instruction();
  if (advance) TRY(breakpoints_.place(*this));
  return moved(std::move(advance));
}

}  // namespace mecrr::cli
