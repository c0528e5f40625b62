#include <algorithm>

#include "device/calls/table.h"
#include "device/protocol/cursor.h"
#include "device/protocol/parse.h"
#include "device/protocol/parse_argument.h"
#include "device/protocol/structure.h"

namespace mecrr::protocol {
namespace {

using calls::Argument;
using calls::Kind;

constexpr std::string_view kUnknownCallPrefix = "call_";

struct Written {
  const calls::Call* row = nullptr;  ///< null: a call that nobody knows
  std::uint32_t number = 0;
  std::vector<Value> values;
  std::size_t column = 0;  ///< behind the name
};

Result<Written> read_line(std::string_view line) {
  Cursor cursor(line);
  const std::string_view name = cursor.word();
  Written written;
  written.row = calls::find(name);
  if (written.row != nullptr) {
    written.number = written.row->number;
  } else {
    const auto number = name.starts_with(kUnknownCallPrefix)
                            ? calls::parse_number(name.substr(kUnknownCallPrefix.size()))
                            : std::nullopt;
    if (!number || *number > UINT32_MAX)
      return wrong_at(1, fmt::format("there is no call `{}`", name));
    written.number = static_cast<std::uint32_t>(*number);
  }
  written.column = cursor.column();
  while (!cursor.at_end()) {
    TRY(cursor.expect(written.values.empty() ? " " : ", "));
    if (written.values.size() == calls::kMaxArguments)
      return wrong_at(cursor.column(), "a call has at most six arguments");
    written.values.push_back(TRY(cursor.value()));
  }
  return written;
}

/// Finds the form by the arguments that choose it.
Result<const calls::Form*> find_form(const Written& written, SystemCall& call) {
  const calls::Call& row = *written.row;
  const calls::Commands* commands = row.extra.commands;
  if (commands == nullptr) return &row;
  if (written.values.size() <= commands->argument)
    return wrong_at(written.column, "the command is missing");
  if (commands->level != calls::Commands::kNoLevel) {
    const Argument& level = row.arguments[commands->level];
    call.arguments[commands->level] = TRY(parse_number(level, written.values[commands->level]));
  }
  call.arguments[commands->argument] =
      TRY(parse_command(*commands, call, written.values[commands->argument]));
  const auto form = calls::form_of(call);
  return form ? *form : &row;  // unknown commands are printed by the row, too
}

class ArgumentReader {
 public:
  ArgumentReader(CallLine& line, const SystemCall& current) : line_(line), current_(current) {}

  Result<void> read(unsigned index, const Argument& argument, const Value& value) {
    if (value.kind == Value::Kind::kWord && value.word == "_") return {};
    if (argument.kind == Kind::kPointer && value.kind != Value::Kind::kWord)
      return read_content(index, argument, value);
    line_.call.arguments[index] = TRY(parse_number(argument, value));
    line_.given[index] = true;
    return {};
  }

 private:
  Result<void> read_content(unsigned index, const Argument& argument, const Value& value) {
    if (value.address) {
      line_.call.arguments[index] = value.address->value();
      line_.given[index] = true;
    } else if (current_.number != line_.call.number || current_.arguments[index] == 0) {
      return wrong_at(value.column, "an address is missing: the program's call has no memory here");
    }
    if (!has_content(argument)) {
      if (!value.address) return wrong_at(value.column, "can be given by its address only");
      return {};
    }
    line_.contents.push_back(
        {RemoteAddress(line_.call.arguments[index]), TRY(parse_content(argument, value))});
    return {};
  }

  CallLine& line_;
  const SystemCall& current_;
};

Result<CallLine> parse_unknown(const Written& written) {
  CallLine line;
  line.call.number = written.number;
  for (std::size_t i = 0; i < written.values.size(); ++i) {
    line.call.arguments[i] = TRY(parse_scalar(FieldKind::kAddress, nullptr, written.values[i]));
    line.given[i] = true;
  }
  return line;
}

}  // namespace

Result<CallLine> parse_call(std::string_view text, const SystemCall& current) {
  const Written written = TRY(read_line(text));
  if (written.row == nullptr) return parse_unknown(written);
  CallLine line;
  line.call.number = written.number;
  if (current.number == written.number) line.call.arguments = current.arguments;
  const calls::Form* form = TRY(find_form(written, line.call));
  ArgumentReader reader(line, current);
  for (unsigned i = 0; i < written.values.size(); ++i) {
    const calls::Commands* commands = written.row->extra.commands;
    if (i >= form->arity())
      return wrong_at(written.values[i].column,
                      fmt::format("{} has {} arguments", form->name, form->arity()));
    if (commands != nullptr && i == commands->argument) {
      line.given[i] = true;  // read by find_form
      continue;
    }
    TRY(reader.read(i, form->arguments[i], written.values[i]));
  }
  return line;
}

}  // namespace mecrr::protocol
