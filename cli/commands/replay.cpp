// `mecrr replay`: makes a recording happen again, to its end or under a person's hand.
#include <unistd.h>

#include "base/files.h"
#include "cli/commands/commands.h"
#include "cli/commands/open_trace.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/shell/shell.h"
#include "device/ptrace/ptrace_device.h"
#include "replayer/replay.h"

namespace mecrr::cli {
namespace {

/// How many events are replayed between two looks at the clock.
constexpr std::uint64_t kStride = 1024;

/// What the program writes goes to our stdout and stderr. The progress line keeps out of its way.
class BatchOutput {
 public:
  explicit BatchOutput(Progress& progress) : progress_(&progress) {}

  void write(pb::Output to, ByteView bytes) {
    if (bytes.empty()) return;
    progress_->hide();
    const int fd = to == pb::OUTPUT_STDERR ? STDERR_FILENO : STDOUT_FILENO;
    if (auto written = write_all(fd, bytes); !written && !failed_) failed_ = written.error();
    ends_in_a_line_ = ::isatty(fd) != 0 && bytes.back() != std::byte{'\n'};
  }

  /// Whether the terminal's last line is the program's, and not yet at its end.
  bool ends_in_a_line() const { return ends_in_a_line_; }
  const std::optional<Error>& failed() const { return failed_; }

 private:
  Progress* progress_;
  bool ends_in_a_line_ = false;
  std::optional<Error> failed_;
};

/// In strides, so that progress can be shown. A process alone does not have all the events, and is
/// run at one go.
Result<Advance> run_to_end(Replay& replay, const ReplayCommand& command, std::uint64_t events,
                           Progress& progress, const BatchOutput& output) {
  if (::isatty(STDERR_FILENO) == 0 || command.only) return replay.run(Breakpoints::kIgnore);
  while (const auto position = replay.position()) {
    const std::uint64_t target = position->order.value() + kStride;
    if (target >= events) break;
    Advance advance = TRY(replay.run_to(Order{target}, Side::kBefore, Breakpoints::kIgnore));
    if (!std::holds_alternative<Reached>(advance)) return advance;
    if (!output.ends_in_a_line()) progress.now_at(target);
  }
  return replay.run(Breakpoints::kIgnore);
}

Result<int> replay_batch(Reader& reader, const ReplayCommand& command) {
  const std::unique_ptr<Device> device = PtraceDevice::create();
  Progress progress("replaying", reader.event_count());
  BatchOutput output(progress);
  ReplayOptions options;
  options.only = command.only;
  options.output = [&](pb::Output to, ByteView bytes) { output.write(to, bytes); };
  const auto replay = TRY(Replay::open(reader, *device, std::move(options)));
  const Advance advance = TRY(run_to_end(*replay, command, reader.event_count(), progress, output));
  progress.hide();
  if (const auto* divergence = std::get_if<Divergence>(&advance)) {
    complain_at_length(report(*divergence, *replay, reader));
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
