// generate_table FILE: writes the header that has the agent's calls as data (table.h), from the
// call table and the list of taken_calls.h. A mistake in the list becomes an #error in that header.
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "device/agent/table.h"
#include "device/calls/table.h"

namespace mecrr::agent {
namespace {

/// What the agent cannot read of a row; empty: nothing.
using Complaint = std::string;

class Generator {
 public:
  std::string header() {
    for (const TakenCall& taken : kTakenCalls) add(taken);
    std::string text = "// Made by device/agent/generate_table.cpp.\n";
    for (const Complaint& complaint : complaints_) text += fmt::format("#error {}\n", complaint);
    text += "#pragma once\n\n#include \"device/agent/table.h\"\n\nnamespace mecrr::agent {\n\n";
    text += array("Pointer", "kPointers", pointers_);
    text += array("Command", "kCommands", commands_);
    std::vector<std::string> rows(rows_.empty() ? 1 : rows_.rbegin()->first + 1, "{}");
    for (const auto& [number, row] : rows_) rows[number] = row;
    text += array("Row", "kRows", rows);
    return text + "}  // namespace mecrr::agent\n";
  }

 private:
  static std::string array(std::string_view type, std::string_view name,
                           const std::vector<std::string>& members) {
    std::string text = fmt::format("inline constexpr {} {}[] = {{\n", type, name);
    for (const std::string& member : members) text += fmt::format("    {},\n", member);
    return text + "};\n\n";
  }

  void complain(const calls::Form& form, std::string_view about) {
    complaints_.push_back(fmt::format("the agent cannot take {}: {}", form.name, about));
  }

  void add(const TakenCall& taken) {
    const calls::Call* call = calls::find(taken.number);
    if (call == nullptr) {
      complaints_.push_back(fmt::format("there is no call {}", taken.number));
      return;
    }
    const calls::Commands* commands = call->extra.commands;
    const bool only_noticed = taken.special == Special::kClosesMany;
    const bool shapes = taken.special == Special::kShapes && call->replay == calls::Replay::kMemory;
    if (!call->agent_may() && !only_noticed && !shapes)
      complain(*call, "its row says that it must not");
    const std::size_t first_command = commands_.size();
    if (commands != nullptr) add_commands(taken.number, *commands);
    const std::string form = form_text(*call);
    rows_[taken.number] = fmt::format(
        "{{{}, Needs({}), Special({}), Contents({}), 1, {}, {}, {}, {}, {:#x}}}", form,
        static_cast<int>(taken.needs), static_cast<int>(taken.special),
        static_cast<int>(taken.contents), commands != nullptr ? commands->argument : 0,
        commands != nullptr && commands->level != calls::Commands::kNoLevel ? commands->level
                                                                            : kNoLevel,
        commands_.size() - first_command, first_command, commands != nullptr ? commands->mask : 0);
  }

  void add_commands(std::uint32_t number, const calls::Commands& commands) {
    std::map<std::uint64_t, std::string> by_value;
    for (const TakenCommand& taken : kTakenCommands) {
      if (taken.number != number) continue;
      const std::uint64_t value = std::uint64_t{taken.level} << 32 | taken.command;
      const calls::Command* command = commands.find(value);
      if (command == nullptr) {
        complaints_.push_back(fmt::format("call {} has no command {:#x}", number, value));
        continue;
      }
      if (!command->agent_may()) complain(*command, "its row says that it must not");
      by_value[value] = fmt::format("{{{:#x}, {}}}", value, form_text(*command));
    }
    for (const auto& [value, text] : by_value) commands_.push_back(text);
  }

  std::string form_text(const calls::Form& form) {
    const std::size_t first = pointers_.size();
    if (form.extra.effect != nullptr) complain(form, "it has an effect");
    for (std::size_t i = 0; i < form.arity(); ++i) {
      if (form.arguments[i].kind == calls::Kind::kPointer)
        pointers_.push_back(pointer_text(form, i));
    }
    return fmt::format("{{{}, {}, {}}}", form.arity(), pointers_.size() - first, first);
  }

  std::string pointer_text(const calls::Form& form, std::size_t index) {
    const calls::Argument& argument = form.arguments[index];
    return fmt::format("{{{}, Shape({}), When({}), {}, {}, {}}}", index,
                       static_cast<int>(shape(form, argument)),
                       static_cast<int>(when(form, argument)), argument.reads() ? 1 : 0,
                       amount_text(form, argument.room), amount_text(form, argument.filled));
  }

  Shape shape(const calls::Form& form, const calls::Argument& argument) {
    switch (argument.shape) {
      case calls::Shape::kBytes:
        return Shape::kBytes;
      case calls::Shape::kText:
        return Shape::kText;
      case calls::Shape::kIovecs:
        return Shape::kIovecs;
      case calls::Shape::kMessage:
        return Shape::kMessage;
      case calls::Shape::kTexts:
      case calls::Shape::kMessages:
        break;
    }
    complain(form, "the shape of an argument");
    return Shape::kBytes;
  }

  When when(const calls::Form& form, const calls::Argument& argument) {
    switch (argument.when) {
      case calls::When::kSuccess:
      case calls::When::kRan:  // the agent's calls are not interrupted
        return When::kSuccess;
      case calls::When::kPositive:
        return When::kPositive;
      case calls::When::kAlways:
        return When::kAlways;
      case calls::When::kInterrupted:
      case calls::When::kAtOnce:
        break;
    }
    complain(form, "when an argument is written");
    return When::kAlways;
  }

  Measure measure(const calls::Form& form, const calls::Amount& amount) {
    switch (amount.measure) {
      case calls::Measure::kNothing:
        return Measure::kNothing;
      case calls::Measure::kConstant:
        return Measure::kConstant;
      case calls::Measure::kArgument:
        return Measure::kArgument;
      case calls::Measure::kResult:
        return Measure::kResult;
      case calls::Measure::kBehind:
        return Measure::kBehind;
      case calls::Measure::kBits:
        return Measure::kBits;
      case calls::Measure::kPages:
      case calls::Measure::kTerminated:
      case calls::Measure::kChanged:
      case calls::Measure::kRequest:
        break;
    }
    complain(form, "where a size comes from");
    return Measure::kNothing;
  }

  static Cut cut(const calls::Form& form, const calls::Amount& amount) {
    if (amount.argument >= form.arity()) return Cut::kNone;
    const calls::Kind kind = form.arguments[amount.argument].kind;
    constexpr std::uint64_t kAll = ~std::uint64_t{0};
    const std::uint64_t meant = calls::meant(kind, kAll >> 1);
    if (meant == kAll >> 1) return Cut::kNone;
    return meant == kAll ? Cut::kSigned32 : Cut::kUnsigned32;
  }

  std::string amount_text(const calls::Form& form, const calls::Amount& amount) {
    return fmt::format("{{Measure({}), {}, {}, Cut({}), {}, {}, {}}}",
                       static_cast<int>(measure(form, amount)), amount.argument, amount.width,
                       static_cast<int>(cut(form, amount)), amount.unit, amount.extra,
                       amount.offset);
  }

  std::vector<std::string> pointers_;
  std::vector<std::string> commands_;
  std::map<std::uint32_t, std::string> rows_;
  std::vector<Complaint> complaints_;
};

}  // namespace
}  // namespace mecrr::agent

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ofstream file(argv[1]);
  file << mecrr::agent::Generator().header();
  file.close();
  return file ? 0 : 1;
}
