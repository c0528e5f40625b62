// `mecrr record`: runs a program, and ends as it ended.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"
#include "cli/commands/commands.h"
#include "cli/commands/program_search.h"
#include "cli/commands/recording_cache.h"
#include "cli/commands/recording_signals.h"
#include "cli/commands/trace_name.h"
#include "cli/commands/verify_recording.h"
#include "cli/output.h"
#include "cli/text/quantity.h"
#include "cli/text/recording_stats.h"
#include "device/ptrace/ptrace_device.h"
#include "recorder/recorder.h"

namespace mecrr::cli {
namespace {

std::vector<std::string> environment() {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

/// What the recorder is given, and what it made of that.
struct Context {
  explicit Context(const RecordCommand& of) : command(of) {}

  Result<Writer> create(const pb::Header& header) {
    is_running = true;
    const auto create_at = [&](const std::string& path) {
      trace = path;
      return Writer::create(
          path, command.if_exists, header,
          command.cache == UseCache::kYes ? PackedCache::open(cache_folder()) : nullptr);
    };
    const bool is_numbered = !command.file && command.if_exists == IfExists::kFail;
    auto writer = is_numbered ? create_numbered_trace(create_at)
                              : create_at(command.file.value_or("trace.pb"));
    has_trace = writer.has_value();
    if (!writer && writer.error().code == EEXIST) writer.error().message += "; -f replaces it";
    return writer;
  }

  RecordingContext for_recorder() {
    return {
        .create_trace = [this](const pb::Header& header) { return create(header); },
        .warn =
            [this](std::string_view line) {
              warned += line;
              complain(line);
            },
        .slice = command.slice,
        .chaos_seed = command.chaos_seed,
        .hash_memory = command.verify == Verify::kYes ? HashMemory::kAlways : HashMemory::kIfSmall,
        .interrupted = &RecordingSignals::interrupted()};
  }

  const RecordCommand& command;
  bool is_running = false;  // the program has been started
  bool has_trace = false;
  std::string trace;   // its path
  std::string warned;  // all that the user was warned of
};

int status_of_failure(const Error& error, const Context& context) {
  const bool may_not_trace = error.code == EPERM || error.code == ENOSYS;
  if (context.is_running || may_not_trace || error.code == 0) return kCannotRecord;
  return error.code == ENOENT ? kProgramNotFound : kCannotExecute;
}

int fail_to_record(Error error, const std::string& file, const Context& context) {
  if (!context.is_running && error.code == ENOENT && ::access(file.c_str(), F_OK) == 0) {
    error.message += " (the file is there, but not the interpreter that it asks for)";
  } else if (!context.is_running && error.code == ENOEXEC) {
    error.message += " (a script needs a first line like #!/bin/sh)";
  } else if (context.has_trace) {
    error.message += fmt::format("; {} has what came before", context.trace);
  }
  complain(error);
  return status_of_failure(error, context);
}

std::uint64_t size_of(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void tell_result(const Recording& recording, const Context& context) {
  const bool is_cut = recording.trace_failure.has_value();
  std::string line = fmt::format(
      "{}: {}, {}, {}, ", context.trace, bytes_text(size_of(context.trace)),
      duration_text(recording.duration), counted(recording.processes, "process", "processes"));
  line += is_cut ? "ends early" : counted(recording.trace.events, "event", "events");
  if (context.command.chaos_seed) line += fmt::format(", chaos {}", *context.command.chaos_seed);
  complain(line);
}

void tell(const Recording& recording, const Context& context) {
  const auto& failure = recording.trace_failure;
  if (failure && context.warned.find(failure->message) == std::string::npos)
    complain(fmt::format("{}; the trace ends early", *failure));
  if (context.command.quiet == Quiet::kNo) tell_result(recording, context);
  if (context.command.stats == Stats::kYes) complain_at_length(stats_text(recording));
  if (!context.command.stats_file) return;
  const std::string json = stats_json(recording);
  if (const auto written = write_file(*context.command.stats_file, as_bytes(json)); !written)
    complain(written.error());
}

/// Logs and contents are megabytes that come and go. Their memory is kept: to give it back and have
/// it made anew costs about as much as filling it.
void keep_freed_memory() {
  constexpr int kKeptBytes = 256 << 20;
  constexpr int kLargestKept = 32 << 20;          // more mallopt(3) does not take
  (void)::mallopt(M_TRIM_THRESHOLD, kKeptBytes);  // it is slower otherwise, and no worse
  (void)::mallopt(M_MMAP_THRESHOLD, kLargestKept);
}

Result<Recording> record_file(const std::string& file, Context& context) {
  const RecordingSignals signals = TRY(RecordingSignals::install());
  const std::unique_ptr<Device> device = PtraceDevice::create();
  const Launch launch{.path = file,
                      .arguments = context.command.program,
                      .environment = environment(),
                      .agent = context.command.agent};
  return record(*device, launch, context.for_recorder());
}

}  // namespace

int run(const RecordCommand& command) {
  keep_freed_memory();
  Context context(command);
  const std::string& name = command.program.front();
  const auto file = find_program(name, search_path());
  if (!file) return fail_to_record(file.error(), name, context);
  const auto recording = record_file(*file, context);
  if (!recording) return fail_to_record(recording.error(), *file, context);
  tell(*recording, context);
  if (command.verify == Verify::kYes && context.has_trace) {
    const auto same = verify_recording(context.trace);
    if (!same) complain(same.error());
    if (!same || !*same) return kDiverged;
  }
  if (recording->trace.cache.hasty != 0) pack_cache_later();
  if (recording->interrupted) die_of(RecordingSignals::signal());
  if (WIFSIGNALED(recording->status)) die_of(WTERMSIG(recording->status));
  return WEXITSTATUS(recording->status);
}

}  // namespace mecrr::cli
