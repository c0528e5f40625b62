#include "cli/shell/code_text.h"

#include <fmt/format.h>

#include "cli/text/escape.h"
#include "device/calls/names.h"
#include "device/memory.h"
#include "replayer/disassembly.h"

namespace mecrr::cli {
namespace {

constexpr std::size_t kLongestInstruction = 15;
constexpr std::size_t kMostBytes = 64 << 10;

/// The address that an instruction names: a jump's or call's target, or what `[rip + 0x10]` means.
std::optional<RemoteAddress> named_address(const DisassembledInstruction& instruction) {
  const std::string& text = instruction.text;
  const std::size_t relative = text.find("[rip ");
  if (relative != std::string::npos) {
    const bool is_minus = text[relative + 5] == '-';
    const std::size_t start = relative + 7;
    const auto distance =
        calls::parse_number(std::string_view(text).substr(start, text.find(']', start) - start));
    if (!distance) return std::nullopt;
    const RemoteAddress next = instruction.address + instruction.size;
    return is_minus ? next - *distance : next + *distance;
  }
  if (!text.starts_with('j') && !text.starts_with("call ")) return std::nullopt;
  const auto target = calls::parse_number(std::string_view(text).substr(text.find(' ') + 1));
  return target ? std::optional(RemoteAddress(*target)) : std::nullopt;
}

std::string annotated(Symbols& symbols, const DisassembledInstruction& instruction) {
  const auto address = named_address(instruction);
  if (!address) return instruction.text;
  const std::string symbol = symbol_text(symbols.symbol_at(*address));
  const bool is_relative = instruction.text.find("[rip ") != std::string::npos;
  std::string text = instruction.text;
  if (is_relative) text += fmt::format("  # {}", *address);
  if (!symbol.empty()) text += fmt::format(" <{}>", symbol);
  return text;
}

}  // namespace

std::string symbol_text(const std::optional<SymbolAt>& symbol) {
  if (!symbol) return {};
  std::string text = escaped(symbol->name);
  if (symbol->offset != 0) text += fmt::format("+{}", symbol->offset);
  return text;
}

std::string address_text(Symbols& symbols, RemoteAddress address) {
  const std::string symbol = symbol_text(symbols.symbol_at(address));
  return symbol.empty() ? fmt::format("{}", address) : fmt::format("{} <{}>", address, symbol);
}

std::vector<CodeLine> code_lines(Session& session, const LiveTask& task, RemoteAddress start,
                                 RemoteAddress end, std::size_t most) {
  const ReplayedMemory memory(session.replay(), task.tid);
  std::size_t size = std::min(most, kMostBytes / kLongestInstruction) * kLongestInstruction;
  if (!end.is_null()) size = std::min<std::size_t>(size, end - start);
  const RemoteRange readable = readable_part(memory, {start, size});
  const auto code = read_bytes(memory, start, readable.size);
  std::vector<CodeLine> lines;
  if (!code) return lines;
  Symbols& symbols = session.symbols(task.stream);
  for (const DisassembledInstruction& instruction : disassemble(*code, start, most))
    lines.push_back({instruction.address, instruction.size, annotated(symbols, instruction)});
  return lines;
}

std::string listing_line(Session& session, const LiveTask& task, const CodeLine& line,
                         RemoteAddress current) {
  const bool is_current = line.address == current;
  const Style& style = session.style();
  const std::string symbol = symbol_text(session.symbols(task.stream).symbol_at(line.address));
  return fmt::format("{}{} {:#018x}{}: {}{}\n", is_current ? style.bold : "",
                     is_current ? "=>" : "  ", line.address.value(),
                     symbol.empty() ? "" : fmt::format(" <{}>", symbol), line.text,
                     is_current ? style.reset : "");
}

}  // namespace mecrr::cli
