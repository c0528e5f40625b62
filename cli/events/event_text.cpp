#include "cli/events/event_text.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "base/bytes.h"
#include "cli/text/escape.h"
#include "device/calls/flag_sets.h"
#include "device/calls/signal_names.h"
#include "device/protocol/pieces.h"
#include "device/protocol/text.h"
#include "device/protocol/value.h"

namespace mecrr::cli {
namespace {

void add_inputs(protocol::RecordedPieces& pieces, const pb::Call& call) {
  for (const pb::Input& input : call.input())
    pieces.add(RemoteAddress(input.address()), as_bytes(input.start()));
}

void add_writes(protocol::RecordedPieces& pieces, const pb::Outcome& outcome) {
  for (const pb::Write& write : outcome.write())
    pieces.add(RemoteAddress(write.address()), as_bytes(write.data()));
}

std::string image_text(const pb::Image& image, const protocol::Limits& limits) {
  protocol::Value arguments = protocol::Value::list();
  for (const std::string& argument : image.argument()) {
    arguments.cut = arguments.items.size() == limits.items;
    if (arguments.cut) break;
    arguments.items.push_back(protocol::Value::of_bytes(as_bytes(argument)));
  }
  return fmt::format("executed {}, {}", protocol::quoted(as_bytes(image.path())),
                     protocol::text_of(arguments));
}

std::string forked_text(const pb::Forked& forked) {
  return fmt::format("forked {}, from {}", forked.pid(), forked.parent_pid());
}

std::string created_text(const pb::Created& created) {
  return fmt::format("created {}, {}, {}", created.tid(), created.pid(),
                     calls::flags_text(calls::kCloneFlags, created.flags()));
}

std::string instruction_text(const pb::Instruction& instruction) {
  constexpr std::array kRegisters = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",   "r8",
                                     "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rflags"};
  std::string text = pb::Instruction_Kind_Name(instruction.kind());
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  std::string_view separator = " ";
  for (const pb::RegisterWrite& write : instruction.write()) {
    const std::string name = write.number() < kRegisters.size()
                                 ? kRegisters[write.number()]
                                 : fmt::format("register {}", write.number());
    text += fmt::format("{}{} = {:#x}", separator, name, write.value());
    separator = ", ";
  }
  return text;
}

std::string signal_text(const pb::Signal& signal) {
  siginfo_t info{};
  const ByteView bytes = as_bytes(signal.info());
  std::ranges::copy(bytes.first(std::min(bytes.size(), sizeof info)), object_bytes(info).begin());
  info.si_signo = signal.number();
  const auto action = [&]() -> std::string_view {
    switch (signal.action_case()) {
      case pb::Signal::kHandler:
        return "handler";
      case pb::Signal::kIgnored:
        return "ignored";
      case pb::Signal::kFatal:
        return "death";
      case pb::Signal::kStopped:
        return "stopped";
      case pb::Signal::ACTION_NOT_SET:
        break;
    }
    return "nothing";
  }();
  return fmt::format("signal {} -> {}", protocol::signal_text(info), action);
}

std::string exited_text(const pb::Exited& exited) {
  std::string text = "exited " + end_text(exited);
  if (exited.process()) text += ", the last of its process";
  return text;
}

}  // namespace

std::string end_text(const pb::Exited& exited) {
  if (!exited.has_signal()) return fmt::format("status {}", exited.status());
  return calls::signal_text(exited.signal()) + (exited.dumped_core() ? " core" : "");
}

SystemCall system_call_of(const pb::Call& call) {
  SystemCall made{.number = call.number()};
  const auto count =
      std::min<std::size_t>(made.arguments.size(), static_cast<std::size_t>(call.argument_size()));
  std::copy_n(call.argument().begin(), count, made.arguments.begin());
  return made;
}

std::string EventText::text(const pb::Event& event) {
  const auto line = [&]() -> std::string {
    switch (event.what_case()) {
      case pb::Event::kImage:
        return image_text(event.image(), limits_);
      case pb::Event::kForked:
        return forked_text(event.forked());
      case pb::Event::kCall:
        return completed(event.call(), event.call().outcome());
      case pb::Event::kEntered:
        entered_[Tid{event.tid()}] = event.entered();
        return entered(event.entered());
      case pb::Event::kReturned:
        return returned(Tid{event.tid()}, event.returned());
      case pb::Event::kCreated:
        return created_text(event.created());
      case pb::Event::kInstruction:
        return instruction_text(event.instruction());
      case pb::Event::kSignal:
        return signal_text(event.signal());
      case pb::Event::kReplaced:
        entered_.erase(Tid{event.tid()});
        return fmt::format("replaced, goes on in stream {}", event.replaced().stream());
      case pb::Event::kExited:
        entered_.erase(Tid{event.tid()});
        return exited_text(event.exited());
      case pb::Event::kLog:
        return fmt::format("{} calls", event.log().calls());  // readers give each of them instead
      case pb::Event::kPreempted:
        return fmt::format("preempted at {:#x}", event.state().rip());
      case pb::Event::WHAT_NOT_SET:
        break;
    }
    return "nothing that this version knows";
  };
  return escaped(line());
}

void EventText::pass(const pb::Event& event) {
  if (event.has_entered()) {
    entered_[Tid{event.tid()}] = event.entered();
  } else if (event.has_returned() || event.has_replaced() || event.has_exited()) {
    entered_.erase(Tid{event.tid()});
  }
}

std::string EventText::completed(const pb::Call& call, const pb::Outcome& outcome) const {
  protocol::RecordedPieces pieces;
  add_inputs(pieces, call);
  add_writes(pieces, outcome);
  return protocol::completed_text(system_call_of(call), outcome.result(), pieces, limits_);
}

std::string EventText::entered(const pb::Call& call) const {
  protocol::RecordedPieces pieces;
  add_inputs(pieces, call);
  return protocol::call_text(system_call_of(call), pieces, limits_);
}

std::string EventText::returned(Tid tid, const pb::Returned& returned) {
  const auto made = entered_.find(tid);
  if (made == entered_.end() || made->second.number() != returned.number())
    return protocol::result_text(returned.outcome().result());
  const pb::Call call = std::move(made->second);
  entered_.erase(made);
  return completed(call, returned.outcome());
}

}  // namespace mecrr::cli
