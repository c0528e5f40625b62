// The story of a divergence, for a person who has to find out why.
#include <algorithm>
#include <array>

#include "replayer/describe.h"
#include "replayer/disassembly.h"
#include "replayer/replay.h"
#include "replayer/symbols/symbols.h"

namespace mecrr {
namespace {

constexpr std::size_t kCodeBytes = 64, kInstructions = 8;
constexpr std::size_t kFrames = 32;

std::string registers_text(const Registers& r) {
  struct Named {
    const char* name;
    std::uint64_t value;
  };
  const std::array<Named, 20> all = {{
      {"rip", r.rip}, {"rsp", r.rsp}, {"rflags", r.eflags}, {"orig_rax", r.orig_rax},
      {"rax", r.rax}, {"rbx", r.rbx}, {"rcx", r.rcx},       {"rdx", r.rdx},
      {"rsi", r.rsi}, {"rdi", r.rdi}, {"rbp", r.rbp},       {"r8", r.r8},
      {"r9", r.r9},   {"r10", r.r10}, {"r11", r.r11},       {"r12", r.r12},
      {"r13", r.r13}, {"r14", r.r14}, {"r15", r.r15},       {"fs_base", r.fs_base},
  }};
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    text += fmt::format("  {:<8} {:#018x}{}", all[i].name, all[i].value, i % 4 == 3 ? "\n" : "");
  }
  return text;
}

/// `main+0x12 in /usr/bin/true`, or nothing.
std::string symbol_text(const std::optional<SymbolAt>& symbol) {
  if (!symbol) return "";
  return fmt::format(" {}+{:#x} in {}", symbol->name, symbol->offset, symbol->file);
}

std::string code_text(const Registers& registers, const Memory& memory, Symbols& symbols) {
  const RemoteAddress start(registers.rip);
  const RemoteRange readable = readable_part(memory, {start, kCodeBytes});
  const auto code = read_bytes(memory, start, readable.size);
  if (!code || code->empty()) return fmt::format("  {}  nothing is mapped here\n", start);
  std::string text = fmt::format("  {}{}\n", start, symbol_text(symbols.symbol_at(start)));
  for (const auto& instruction : disassemble(*code, start, kInstructions))
    text += fmt::format("  {}  {}\n", instruction.address, instruction.text);
  return text;
}

std::string backtrace_text(const Registers& registers, const Memory& memory, Symbols& symbols) {
  std::string text;
  std::size_t number = 0;
  for (const Frame& frame : symbols.backtrace(registers, memory, kFrames)) {
    text += fmt::format("  #{:<2} {}{}", number++, frame.address, symbol_text(frame.symbol));
    if (frame.line) text += fmt::format(" at {}:{}", frame.line->file, frame.line->line);
    text += '\n';
  }
  return text;
}

}  // namespace

std::string report(const Divergence& divergence, const Replay& replay, Reader& reader) {
  const Position& at = divergence.position;
  std::string text = fmt::format(
      "the replay differs from the recording at event {} of stream {} (number {} of all), task {} "
      "of process {}\n"
      "  event     {}\n"
      "  differs   {}\n"
      "  log       {}\n"
      "  replay    {}\n",
      at.event, at.stream, at.order, at.tid, at.pid, describe(divergence.event), divergence.subject,
      divergence.expected, divergence.found);
  if (divergence.landing) {
    text += fmt::format(
        "  landing   event {} of the stream, which the task has come from: it may have been "
        "another "
        "moment\n",
        *divergence.landing);
  }
  text += "registers in the replay\n" + registers_text(divergence.registers);

  const ReplayedMemory memory(replay, at.tid);
  TraceFiles files(reader);
  Symbols symbols(files);
  symbols.set_mapped_files(executable_files(replay.mappings(at.stream)));
  text += "code in the replay\n" + code_text(divergence.registers, memory, symbols);
  text += "backtrace in the replay\n" + backtrace_text(divergence.registers, memory, symbols);
  return text;
}

}  // namespace mecrr
