#include "cli/shell/shell.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <memory>

#include "cli/output.h"
#include "cli/shell/completion.h"
#include "cli/shell/line_reader.h"
#include "cli/shell/place_text.h"
#include "cli/shell/session.h"
#include "cli/shell/verbs/verbs.h"
#include "cli/text/escape.h"
#include "cli/text/quantity.h"
#include "device/ptrace/ptrace_device.h"

namespace mecrr::cli {
namespace {

std::atomic<bool> is_interrupted{false};  // by Ctrl-C

void interrupt(int) { is_interrupted = true; }

Result<void> catch_interrupts() {
  struct sigaction action{};  // no SA_RESTART: a wait for a task must end
  action.sa_handler = interrupt;
  if (::sigaction(SIGINT, &action, nullptr) != 0) return fail_errno("sigaction");
  return {};
}

/// What an empty line does, after `line`.
std::string repetition(const Verb& verb, std::string_view line) {
  switch (verb.repeat) {
    case Repeat::kSame:
      return std::string(line);
    case Repeat::kGoOn:
      return std::string(verb.name);
    case Repeat::kNothing:
      break;
  }
  return {};
}

class Shell {
 public:
  Shell(Session& session, LineReader& lines) : session_(session), lines_(lines) {}

  /// Until the person has enough. @return whether all verbs succeeded
  Result<bool> run() {
    bool all_succeeded = true;
    while (!session_.wants_to_quit) {
      TRY(flush_output());
      const auto line = lines_.next();
      if (!line) break;
      const auto done = run_line(*line);
      TRY(flush_output());
      if (done) continue;
      all_succeeded = false;
      complain(done.error());
    }
    TRY(flush_output());
    return all_succeeded;
  }

 private:
  Result<void> run_line(const std::string& typed) {
    const bool is_empty = split(typed).word.empty();
    const std::string line = is_empty ? repetition_ : typed;
    const auto [word, rest] = split(line);
    if (word.empty() || word.starts_with('#')) return {};
    repetition_.clear();
    const Verb* verb = TRY(find_verb(word));
    repetition_ = repetition(*verb, line);
    return verb->run(session_, rest);
  }

  Session& session_;
  LineReader& lines_;
  std::string repetition_;
};

void greet(const Reader& reader) {
  const std::vector<std::string> program(reader.header().argument().begin(),
                                         reader.header().argument().end());
  print(fmt::format("{}: {}, {}. help lists the verbs.\n", escaped(reader.path()),
                    command_line(program), counted(reader.event_count(), "event", "events")));
}

std::unique_ptr<LineReader> line_reader(Session& session, bool is_terminal) {
  if (!is_terminal) return std::make_unique<ScriptReader>();
  const auto complete = [&session](std::string_view line, std::size_t start) {
    return completions(session, line, start);
  };
  return std::make_unique<TerminalReader>("(mecrr) ", session.interrupted(), complete);
}

}  // namespace

Result<int> run_shell(Reader& reader, std::optional<Pid> only) {
  TRY(catch_interrupts());
  const std::unique_ptr<Device> device = PtraceDevice::create();
  ProgramOutput output;
  ReplayOptions options;
  options.only = only;
  options.output = [&](Order, pb::Output to, ByteView bytes) { output.write(to, bytes); };
  options.interrupted = &is_interrupted;
  const auto replay = TRY(Replay::open(reader, *device, std::move(options)));
  Session session(reader, *replay, output, is_interrupted, only, style_for(STDOUT_FILENO));

  const bool is_terminal = ::isatty(STDIN_FILENO) != 0;
  if (is_terminal) greet(reader);
  print_stop(session, Reached{});
  const auto lines = line_reader(session, is_terminal);
  const bool all_succeeded = TRY(Shell(session, *lines).run());
  if (session.has_diverged) return kDiverged;
  return all_succeeded || is_terminal ? kSuccess : kFailure;
}

}  // namespace mecrr::cli
