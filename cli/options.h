// What the command line asks for. Each command's options are a struct; its function is in
// commands/, overloaded on that struct.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "device/device.h"
#include "recorder/recorder.h"
#include "trace-format/writer.h"

namespace mecrr::cli {

enum class Quiet : bool { kNo, kYes };
enum class Stats : bool { kNo, kYes };
enum class UseCache : bool { kNo, kYes };  ///< of packed contents
enum class Verify : bool { kNo, kYes };
enum class Format : bool { kText, kJson };
enum class Mode : bool { kShell, kBatch };

struct RecordCommand {
  std::optional<std::string> file;  ///< absent: trace.pb, trace-2.pb, …
  IfExists if_exists = IfExists::kFail;
  Quiet quiet = Quiet::kNo;
  Stats stats = Stats::kNo;
  std::optional<std::string> stats_file{};  ///< where they are put as JSON
  UseAgent agent = UseAgent::kYes;
  UseCache cache = UseCache::kYes;
  std::chrono::milliseconds slice = RecordingContext::kSlice;
  std::optional<std::uint64_t> chaos_seed;
  Verify verify = Verify::kNo;
  std::vector<std::string> program;  ///< and its arguments; not empty
};

struct ReplayCommand {
  std::string trace;
  Mode mode = Mode::kShell;
  std::optional<Pid> only;
  std::optional<unsigned> jobs;  ///< absent: as many as there are processors
};

struct DumpCommand {
  std::string trace;
  Format format = Format::kText;
  std::optional<Pid> pid;
  std::optional<Tid> tid;
  std::uint64_t from = 0;
  std::uint64_t to = UINT64_MAX;  ///< the last that is shown
  bool addresses = false;
};

struct InfoCommand {
  std::string trace;
  Format format = Format::kText;
};

struct PsCommand {
  std::string trace;
  Format format = Format::kText;
};

struct CallsCommand {};

using Command =
    std::variant<RecordCommand, ReplayCommand, DumpCommand, InfoCommand, PsCommand, CallsCommand>;

/// The command, or the status to exit with: help was asked for and has been printed, or something
/// was wrong and one line has said what.
std::expected<Command, int> parse_options(int argc, char** argv);

}  // namespace mecrr::cli
