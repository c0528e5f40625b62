// backtrace: the chain of calls that led here.
#include <fmt/format.h>

#include <array>

#include "cli/output.h"
#include "cli/shell/code_text.h"
#include "cli/shell/verbs/verbs.h"
#include "cli/text/escape.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 2> kAbbreviations = {"bt", "where"};
constexpr std::uint64_t kUsualFrames = 64;

std::string frame_text(std::size_t number, const Frame& frame) {
  std::string text = fmt::format("#{:<3} {:#018x}", number, frame.address.value());
  if (!frame.symbol) return text + " in ??";
  text += " in " + symbol_text(frame.symbol);
  if (frame.line)
    return text + fmt::format(" at {}:{}", escaped(frame.line->file), frame.line->line);
  return text + " of " + escaped(frame.symbol->file);
}

Result<void> run(Session& session, std::string_view arguments) {
  const std::uint64_t most = TRY(parse_count(arguments, kUsualFrames));
  const LiveTask task = TRY(session.task());
  const Registers registers = TRY(session.registers());
  const ReplayedMemory memory(session.replay(), task.tid);
  const auto frames = session.symbols(task.stream).backtrace(registers, memory, most);
  for (std::size_t i = 0; i < frames.size(); ++i) print(frame_text(i, frames[i]) + "\n");
  if (frames.size() == most) print(fmt::format("… backtrace {} goes further\n", most * 4));
  return {};
}

}  // namespace

constinit const Verb kBacktrace = {
    .name = "backtrace",
    .abbreviations = kAbbreviations,
    .arguments = "[FRAMES]",
    .summary = "show the chain of calls that led here, innermost first",
    .help = "At most FRAMES of them, 64 if that is not said.",
    .run = run,
};

}  // namespace mecrr::cli
