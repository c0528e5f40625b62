#include "device/protocol/text.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>

#include "device/calls/errno_names.h"
#include "device/calls/flag_sets.h"
#include "device/calls/signal_names.h"
#include "device/calls/table.h"
#include "device/protocol/structure.h"
#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

using calls::Form;
using calls::Kind;

std::string unknown_call_text(const SystemCall& call) {
  std::string text = fmt::format("call_{}", call.number);
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    fmt::format_to(std::back_inserter(text), "{}{:#x}", i == 0 ? " " : ", ", call.arguments[i]);
  return text;
}

/// Registers at the end that the call does not look at need not be there.
unsigned shown_arity(const Form& form) {
  auto arity = static_cast<unsigned>(form.arity());
  while (arity > 0 && form.arguments[arity - 1].kind == Kind::kUnused) --arity;
  return arity;
}

std::string any_call_text(const SystemCall& call, std::optional<std::int64_t> result,
                          const Memory& memory, const Limits& limits) {
  const calls::Call* row = calls::find(call.number);
  if (row == nullptr) return unknown_call_text(call);
  const auto known_form = calls::form_of(call);
  const Form& form =
      known_form ? **known_form : *row;  // of an unknown command: the row's registers
  const KnownCall known{.form = form, .call = call, .result = result, .memory = memory};
  const calls::Commands* commands = row->extra.commands;
  std::string text(row->name);
  for (unsigned i = 0; i < shown_arity(form); ++i) {
    const bool is_command = commands != nullptr && i == commands->argument;
    const Value value =
        is_command ? command_value(*commands, call) : argument_value(known, i, limits);
    text += i == 0 ? " " : ", ";
    text += text_of(value);
  }
  return text;
}

class StopText {
 public:
  StopText(const Memory& memory, const Limits& limits) : memory_(memory), limits_(limits) {}

  std::string operator()(const Called& stop) const {
    return call_text(stop.call, memory_, limits_);
  }
  std::string operator()(const Returned& stop) const { return result_text(stop.result); }
  std::string operator()(const Signaled& stop) const { return "signal " + signal_text(stop.info); }
  std::string operator()(const HandlerEntered& stop) const {
    return "handler " + calls::signal_text(stop.signal);
  }
  std::string operator()(const Stepped&) const { return "stepped"; }
  std::string operator()(const Created& stop) const {
    return fmt::format("created {}, {}, {}", stop.child, stop.child_pid,
                       calls::flags_text(calls::kCloneFlags, stop.flags));
  }
  std::string operator()(const Born&) const { return "born"; }
  std::string operator()(const Executed& stop) const {
    return fmt::format("executed {}", stop.former);
  }
  std::string operator()(const Exiting& stop) const {
    return "exiting " + status_text(stop.status);
  }
  std::string operator()(const Exited& stop) const { return "exited " + status_text(stop.status); }
  std::string operator()(const Answered&) const { return "answered"; }
  std::string operator()(const Shaped&) const { return "shaped"; }
  std::string operator()(const Probed&) const { return "probed"; }
  std::string operator()(const Paused&) const { return "paused"; }
  std::string operator()(const Continued&) const { return "continued"; }
  std::string operator()(const Halted& stop) const {
    return "halted " + calls::signal_text(stop.signal);
  }

 private:
  const Memory& memory_;
  const Limits& limits_;
};

class CommandText {
 public:
  CommandText(const Memory& memory, const Limits& limits) : memory_(memory), limits_(limits) {}

  std::string operator()(const Run&) const { return "cont"; }
  std::string operator()(const Step&) const { return "step"; }
  std::string operator()(const Skip& command) const {
    return "skip-" + result_text(command.result);
  }
  std::string operator()(const Alter& command) const {
    return call_text(command.call, memory_, limits_);
  }
  std::string operator()(const Interpose& command) const {
    return "interpose " + signal_text(command.info);
  }
  std::string operator()(const Interrupt& command) const {
    return "interrupt " + signal_text(command.info);
  }
  std::string operator()(const Raise& command) const {
    return "raise " + signal_text(command.info);
  }
  std::string operator()(const Deliver& command) const {
    return "deliver " + signal_text(command.info);
  }
  std::string operator()(const SingleStep&) const { return "stepi"; }

 private:
  const Memory& memory_;
  const Limits& limits_;
};

}  // namespace

std::string call_text(const SystemCall& call, const Memory& memory, const Limits& limits) {
  return any_call_text(call, std::nullopt, memory, limits);
}

std::string completed_text(const SystemCall& call, std::int64_t result, const Memory& memory,
                           const Limits& limits) {
  return any_call_text(call, result, memory, limits) + " = " + result_text(result);
}

std::string result_text(std::int64_t result) {
  if (!calls::is_error(result))
    return "ok " + text_of(Value::of_unsigned(static_cast<std::uint64_t>(result)));
  const int code = static_cast<int>(-result);
  const bool is_restart = calls::is_interruption(result) && code >= calls::kRestartSys;
  return (is_restart ? "interrupted " : "fail ") + calls::errno_text(code);
}

std::string signal_text(const siginfo_t& info) {
  Value record = decode(kSiginfo, object_bytes(info));
  record.names.erase(record.names.begin());  // the number, which stands before
  record.items.erase(record.items.begin());
  return calls::signal_text(info.si_signo) + ' ' + text_of(record);
}

std::string status_text(int status) {
  if (WIFEXITED(status)) return fmt::format("status {}", WEXITSTATUS(status));
  return calls::signal_text(WTERMSIG(status)) + (WCOREDUMP(status) ? " core" : "");
}

std::string text_of(const Stop& stop, const Memory& memory, const Limits& limits) {
  return std::visit(StopText(memory, limits), stop);
}

std::string text_of(const Command& command, const Memory& memory, const Limits& limits) {
  return std::visit(CommandText(memory, limits), command);
}

}  // namespace mecrr::protocol
