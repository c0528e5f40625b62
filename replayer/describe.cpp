#include "replayer/describe.h"

#include <algorithm>
#include <csignal>

#include "base/bytes.h"
#include "device/calls/table.h"
#include "device/protocol/pieces.h"
#include "device/protocol/text.h"

namespace mecrr {
namespace {

siginfo_t info_of(const pb::Signal& signal) {
  siginfo_t info{};
  const ByteView bytes = as_bytes(signal.info());
  std::ranges::copy(bytes.first(std::min(bytes.size(), sizeof info)), object_bytes(info).begin());
  info.si_signo = signal.number();
  return info;
}

std::string name_of(std::uint32_t number) {
  const calls::Call* call = calls::find(number);
  return call == nullptr ? fmt::format("call_{}", number) : std::string(call->name);
}

std::string describe(const pb::Exited& exited) {
  return exited.has_signal() ? fmt::format("exit by signal {}", exited.signal())
                             : fmt::format("exit with status {}", exited.status());
}

/// Where in its own code the task is, if the event has a landing.
std::string landing_of(const pb::Event& event) {
  return event.has_landing() ? fmt::format(", at a landing at {:#x}", event.state().rip()) : "";
}

}  // namespace

SystemCall call_of(const pb::Call& call) {
  SystemCall made{.number = call.number()};
  const std::size_t count =
      std::min<std::size_t>(made.arguments.size(), static_cast<std::size_t>(call.argument_size()));
  std::copy_n(call.argument().begin(), count, made.arguments.begin());
  return made;
}

std::string describe(const pb::Call& call) {
  protocol::RecordedPieces pieces;
  for (const pb::Input& input : call.input())
    pieces.add(RemoteAddress(input.address()), as_bytes(input.start()));
  return protocol::call_text(call_of(call), pieces);
}

std::string describe(const pb::Event& event) {
  switch (event.what_case()) {
    case pb::Event::kImage:
      return "new program " + event.image().path();
    case pb::Event::kForked:
      return fmt::format("new process {}", event.forked().pid());
    case pb::Event::kCall:
      return "call " + describe(event.call());
    case pb::Event::kEntered:
      return "call " + describe(event.entered());
    case pb::Event::kReturned:
      return "return from " + name_of(event.returned().number());
    case pb::Event::kCreated:
      return fmt::format("new task {}", event.created().tid());
    case pb::Event::kInstruction:
      return "instruction " + pb::Instruction_Kind_Name(event.instruction().kind());
    case pb::Event::kSignal:
      return "signal " + protocol::signal_text(info_of(event.signal())) + landing_of(event);
    case pb::Event::kReplaced:
      return "a new program in the task's place";
    case pb::Event::kLog:
      return fmt::format("{} calls", event.log().calls());
    case pb::Event::kExited:
      return describe(event.exited());
    case pb::Event::kPreempted:
      return "another task's turn" + landing_of(event);
    case pb::Event::WHAT_NOT_SET:
      break;
  }
  return "an event of no known kind";
}

}  // namespace mecrr
