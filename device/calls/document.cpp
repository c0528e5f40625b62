#include "device/calls/document.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "device/calls/effects/effect.h"
#include "device/calls/errno_names.h"
#include "device/calls/table.h"

namespace mecrr::calls {
namespace {

constexpr std::string_view kIntroduction =
    R"(# The calls of Linux on x86-64, and what mecrr knows of them

Generated from the call table (`device/calls/`) by `mecrr calls`. A row of the table says what a call does with
each argument; from it come the text form of a call, what of memory a trace holds of it, and what a replay does.
How to add one: [howto/add-a-call.md](howto/add-a-call.md).

**Arguments.** `in` is memory that the call reads, `out` memory that it writes, `in out` both. In brackets stands
how much: `[arg 2]` as many bytes as the third argument says, `[16]` sixteen, `[behind 4]` as many as the number
says that the fifth argument points to, `[bits 0]` as many bits. Behind an arrow stands how much of it is written,
where that may be less: `out [arg 2 -> result]` is as many bytes as the result says. Then, where it is not
“on success”, when it is written.

**Replay.** *answer*: result and written memory come from the trace, no kernel is asked. *memory*: the call shapes
the address space, and a replay does the like. *task*: it makes, ends or replaces a task, or returns from a signal
handler. *refuse*: the recorded program gets the error that a kernel without the call gives.

**Notes.** *blocks*: it may wait for something that another task brings about. *not by the agent*: only outside of
the traced process. *sets registers*: others than rax, rcx and r11. *effect*: what the row cannot say.
)";

std::string_view kind_text(Kind kind) {
  switch (kind) {
    case Kind::kUnused:
      return "unused";
    case Kind::kInt:
      return "int";
    case Kind::kUint:
      return "uint";
    case Kind::kLong:
      return "long";
    case Kind::kSize:
      return "size";
    case Kind::kFd:
      return "fd";
    case Kind::kDirectory:
      return "directory";
    case Kind::kFlags:
    case Kind::kWideFlags:
      return "flags";
    case Kind::kMode:
      return "mode";
    case Kind::kSignal:
      return "signal";
    case Kind::kPid:
      return "pid";
    case Kind::kUser:
      return "user";
    case Kind::kDevice:
      return "device";
    case Kind::kCommand:
      return "command";
    case Kind::kAddress:
      return "address";
    case Kind::kPointer:
      return "pointer";
  }
  return "";
}

std::string_view direction_text(Direction direction) {
  switch (direction) {
    case Direction::kNone:
      return "";
    case Direction::kIn:
      return "in";
    case Direction::kOut:
      return "out";
    case Direction::kInOut:
      return "in out";
  }
  return "";
}

std::string_view when_text(When when) {
  switch (when) {
    case When::kSuccess:
      return "";
    case When::kPositive:
      return " if the result is above 0";
    case When::kInterrupted:
      return " if interrupted";
    case When::kRan:
      return " if successful or interrupted";
    case When::kAlways:
      return " always";
    case When::kAtOnce:
      return " always, before it waits too";
  }
  return "";
}

std::string number_text(const Amount& amount) {
  switch (amount.measure) {
    case Measure::kNothing:
    case Measure::kConstant:
      return "";
    case Measure::kArgument:
      return fmt::format("arg {}", amount.argument);
    case Measure::kResult:
      return "result";
    case Measure::kBehind:
      return amount.offset == 0 ? fmt::format("behind {}", amount.argument)
                                : fmt::format("behind {} at {}", amount.argument, amount.offset);
    case Measure::kBits:
      return fmt::format("bits {}", amount.argument);
    case Measure::kPages:
      return fmt::format("pages of arg {}", amount.argument);
    case Measure::kTerminated:
      return "up to a zero byte";
    case Measure::kChanged:
      return "what changed";
    case Measure::kRequest:
      return "as the code says";
  }
  return "";
}

std::string amount_text(const Amount& amount) {
  if (amount.measure == Measure::kConstant) return fmt::format("{}", amount.extra);
  std::string text = number_text(amount);
  if (amount.unit != 1) text += fmt::format(" * {}", amount.unit);
  if (amount.extra != 0)
    text += fmt::format(" {} {}", amount.extra < 0 ? '-' : '+', std::abs(amount.extra));
  return text;
}

bool is_same(const Amount& a, const Amount& b) {
  return a.measure == b.measure && a.argument == b.argument && a.offset == b.offset &&
         a.unit == b.unit && a.extra == b.extra;
}

std::string memory_text(const Argument& argument) {
  std::string text(direction_text(argument.direction));
  if (!argument.type.empty()) text += fmt::format(" {}", argument.type);
  if (argument.shape == Shape::kText) return argument.type.empty() ? text + " text" : text;
  if (argument.shape == Shape::kTexts) return text + " texts";
  text += " [" + amount_text(argument.room);
  const bool has_less =
      argument.filled.measure != Measure::kNothing && !is_same(argument.room, argument.filled);
  if (has_less) text += " -> " + amount_text(argument.filled);
  return text + ']' + std::string(when_text(argument.when));
}

std::string arguments_text(const Form& form) {
  std::string text;
  for (const Argument& argument : form.arguments) {
    if (!text.empty()) text += ", ";
    text += argument.kind == Kind::kPointer ? memory_text(argument)
                                            : std::string(kind_text(argument.kind));
  }
  return text;
}

std::string replay_text(const Form& form) {
  switch (form.replay) {
    case Replay::kAnswer:
      return "answer";
    case Replay::kMemory:
      return "memory";
    case Replay::kTask:
      return "task";
    case Replay::kRefuse:
      return "refuse: " + errno_text(form.extra.refusal.error);
  }
  return "";
}

std::string notes_text(const Form& form) {
  std::string notes;
  const auto note = [&](bool applies, const std::string& what) {
    if (applies) notes += (notes.empty() ? "" : "; ") + what;
  };
  const Effect* effect = form.extra.effect;
  note(form.blocks == Blocks::kMaybe, "blocks");
  note(form.extra.agent == Agent::kMustNot, "not by the agent");
  note(form.extra.registers == RegistersAfter::kSet, "sets registers");
  note(effect != nullptr, fmt::format("effect: {}", effect == nullptr ? "" : effect->says));
  return notes;
}

std::string row_text(const std::string& number, const Form& form, const std::string& more_notes) {
  std::string notes = notes_text(form);
  if (!more_notes.empty()) notes += (notes.empty() ? "" : "; ") + more_notes;
  return fmt::format("| {} | `{}` | {} | {} | {} |\n", number, form.name, arguments_text(form),
                     replay_text(form), notes);
}

std::string heading(std::string_view first_column) {
  return fmt::format("\n| {} | name | arguments | replay | notes |\n|---|---|---|---|---|\n",
                     first_column);
}

std::string command_number(const Commands& commands, const Command& command) {
  if (commands.level == Commands::kNoLevel) return fmt::format("{:#x}", command.value);
  return fmt::format("{}, {}", command.value >> 32, command.value & 0xffff'ffff);
}

std::string sub_table(const Call& call, const Commands& commands) {
  std::string text = fmt::format("\n## {}\n\n", call.name);
  text += fmt::format("By argument {}{}. ", commands.argument,
                      commands.level == Commands::kNoLevel ? "" : ", with its level");
  text += commands.unknown == Unknown::kIsRow ? "Others are as the row of the call says.\n"
          : commands.describe != nullptr
              ? fmt::format("Others are as their codes say, or give {}.\n",
                            errno_text(commands.unknown_error))
              : fmt::format("Others give {}.\n", errno_text(commands.unknown_error));
  text += heading("command");
  for (const Command& command : commands.rows)
    text += row_text(command_number(commands, command), command, "");
  return text;
}

}  // namespace

std::string calls_document() {
  std::string text(kIntroduction);
  text += heading("number");
  std::string sub_tables;
  for (const Call* call : all()) {
    const Commands* commands = call->extra.commands;
    const std::string link =
        commands == nullptr ? ""
                            : fmt::format("[{} commands](#{})", commands->rows.size(), call->name);
    text += row_text(std::to_string(call->number), *call, link);
    if (commands != nullptr) sub_tables += sub_table(*call, *commands);
  }
  return text + sub_tables;
}

}  // namespace mecrr::calls
