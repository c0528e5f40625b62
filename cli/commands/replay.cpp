// `mecrr replay`: makes a recording happen again, to its end or under a person's hand.
#include <sched.h>
#include <unistd.h>

#include <algorithm>

#include "base/files.h"
#include "base/mutex.h"
#include "cli/commands/commands.h"
#include "cli/commands/open_trace.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/shell/shell.h"
#include "device/ptrace/ptrace_device.h"
#include "replayer/parallel/replay_units.h"
#include "replayer/parallel/units.h"
#include "replayer/replay.h"

namespace mecrr::cli {
namespace {

/// How many events are replayed between two looks at the clock.
constexpr std::uint64_t kStride = 1024;

/// What the program writes goes to our stdout and stderr. The progress line keeps out of its way.
/// Threads: any, but what is left is looked at when they are done.
class BatchOutput {
 public:
  explicit BatchOutput(Progress& progress) : progress_(&progress) {}

  void write(pb::Output to, ByteView bytes) MECRR_EXCLUDES(mutex_) {
    if (bytes.empty()) return;
    const MutexLock lock(mutex_);
    progress_->hide();
    const int fd = to == pb::OUTPUT_STDERR ? STDERR_FILENO : STDOUT_FILENO;
    if (auto written = write_all(fd, bytes); !written && !failed_) failed_ = written.error();
    ends_in_a_line_ = ::isatty(fd) != 0 && bytes.back() != std::byte{'\n'};
  }

  /// All events before that one have happened. The terminal's last line may be the program's, and
  /// not yet at its end.
  void happened(std::uint64_t before) MECRR_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (!ends_in_a_line_) progress_->now_at(before);
  }
  const std::optional<Error>& failed() const { return failed_; }

 private:
  Progress* progress_;
  Mutex mutex_;
  bool ends_in_a_line_ MECRR_GUARDED_BY(mutex_) = false;
  std::optional<Error> failed_;
};

/// In strides, so that progress can be shown. A process alone does not have all the events, and is
/// run at one go.
Result<Advance> run_to_end(Replay& replay, const ReplayCommand& command, std::uint64_t events,
                           BatchOutput& output) {
  if (::isatty(STDERR_FILENO) == 0 || command.only) return replay.run(Breakpoints::kIgnore);
  while (const auto position = replay.position()) {
    const std::uint64_t target = position->order.value() + kStride;
    if (target >= events) break;
    Advance advance = TRY(replay.run_to(Order{target}, Side::kBefore, Breakpoints::kIgnore));
    if (!std::holds_alternative<Reached>(advance)) return advance;
    output.happened(target);
  }
  return replay.run(Breakpoints::kIgnore);
}

/// One event after the other.
/// @return the whole story of a divergence, if there is one
Result<std::optional<std::string>> replay_in_order(Reader& reader, const ReplayCommand& command,
                                                   BatchOutput& output) {
  const std::unique_ptr<Device> device = PtraceDevice::create();
  ReplayOptions options;
  options.only = command.only;
  options.output = [&](Order, pb::Output to, ByteView bytes) { output.write(to, bytes); };
  const auto replay = TRY(Replay::open(reader, *device, std::move(options)));
  const Advance advance = TRY(run_to_end(*replay, command, reader.event_count(), output));
  const auto* divergence = std::get_if<Divergence>(&advance);
  if (divergence == nullptr) return std::nullopt;
  return report(*divergence, *replay, reader);
}

Result<std::optional<std::string>> replay_in_parallel(const Reader& reader, std::size_t jobs,
                                                      BatchOutput& output) {
  UnitsOptions options;
  options.jobs = jobs;
  options.make_device = [] { return PtraceDevice::create(); };
  options.output = [&](pb::Output to, ByteView bytes) { output.write(to, bytes); };
  if (::isatty(STDERR_FILENO) != 0)
    options.progress = [&](Order front) { output.happened(front.value()); };
  return TRY(replay_units(reader, std::move(options))).divergence;
}

std::size_t processors() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return static_cast<std::size_t>(std::max(CPU_COUNT(&allowed), 1));
}

Result<int> replay_batch(Reader& reader, const ReplayCommand& command) {
  Progress progress("replaying", reader.event_count());
  BatchOutput output(progress);
  const std::size_t jobs = command.only ? 1 : command.jobs.value_or(processors());
  const bool in_parallel = jobs > 1 && units_of(reader).size() > 1;
  const auto divergence = TRY(in_parallel ? replay_in_parallel(reader, jobs, output)
                                          : replay_in_order(reader, command, output));
  progress.hide();
  if (divergence) {
    complain_at_length(*divergence);
    return kDiverged;
  }
  if (output.failed()) return std::unexpected(*output.failed());
  return kSuccess;
}

}  // namespace

int run(const ReplayCommand& command) {
  const auto reader = open_trace(command.trace);
  if (reader == nullptr) return kFailure;
  const auto status = command.mode == Mode::kBatch ? replay_batch(*reader, command)
                                                   : run_shell(*reader, command.only);
  if (status) return *status;
  complain(status.error());
  return kFailure;
}

}  // namespace mecrr::cli
