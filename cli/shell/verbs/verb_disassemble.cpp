// disassemble: the code of a function.
#include <fmt/format.h>

#include <array>

#include "cli/output.h"
#include "cli/shell/code_text.h"
#include "cli/shell/expression.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::array<std::string_view, 1> kAbbreviations = {"disas"};
constexpr std::size_t kMostLines = 500;
constexpr std::size_t kLinesWithoutSymbol = 16;

bool belongs_to(Symbols& symbols, const SymbolAt& function, RemoteAddress address) {
  const auto symbol = symbols.symbol_at(address);
  return symbol && symbol->name == function.name && symbol->file == function.file;
}

Result<void> run(Session& session, std::string_view arguments) {
  const LiveTask task = TRY(session.task());
  const RemoteAddress current(TRY(session.registers()).rip);
  const RemoteAddress wanted = arguments.empty() ? current : TRY(evaluate(session, arguments));
  Symbols& symbols = session.symbols(task.stream);
  const auto function = symbols.symbol_at(wanted);
  const RemoteAddress start = function ? wanted - function->offset : wanted;
  const auto lines =
      code_lines(session, task, start, {}, function ? kMostLines : kLinesWithoutSymbol);
  if (lines.empty()) return fail("no code at {}", start);
  std::size_t shown = 0;
  for (const CodeLine& line : lines) {
    if (function && !belongs_to(symbols, *function, line.address)) break;
    print(listing_line(session, task, line, current));
    ++shown;
  }
  if (function && shown == kMostLines) {
    const CodeLine& last = lines.back();
    print(fmt::format("   … x/{}i {} goes on\n", kMostLines, last.address + last.size));
  }
  return {};
}

}  // namespace

constinit const Verb kDisassemble = {
    .name = "disassemble",
    .abbreviations = kAbbreviations,
    .arguments = "[ADDRESS|SYMBOL]",
    .summary = "show the code of a function: this one, or the one there",
    .help =
        "=> is the next instruction. Without a symbol, the code from the address on. For any\n"
        "number of instructions from an address on: x/20i ADDRESS",
    .completes = Completes::kSymbols,
    .run = run,
};

}  // namespace mecrr::cli
