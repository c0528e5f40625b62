#include "recorder/stats.h"

#include "base/overloaded.h"
#include "trace-format/call_log.h"

namespace mecrr {

void RecordingStats::count_batch(ByteView records) {
  ++batches;
  batch_bytes += records.size();
  for (CallRecords walk(records); !walk.empty(); walk.pop()) ++agent_calls[walk.head().number];
}

RecordingStats::Reason reason_of(const Stop& stop) {
  using Reason = RecordingStats::Reason;
  const auto number = [](const SystemCall& call) {
    return static_cast<std::uint32_t>(call.number);
  };
  return std::visit(
      Overloaded{
          [&](const Called& s) { return Reason{"call", number(s.call)}; },
          [&](const Returned& s) { return Reason{"return from a call", number(s.call)}; },
          [](const Signaled& s) {
            // What rdtsc, cpuid and their like raise here; or a program by its own fault.
            const bool is_instruction = s.info.si_code == SI_KERNEL &&
                                        (s.info.si_signo == SIGSEGV || s.info.si_signo == SIGTRAP);
            return Reason{is_instruction ? "instruction" : "signal", std::nullopt};
          },
          [](const HandlerEntered&) { return Reason{"signal handler", std::nullopt}; },
          [](const Stepped&) { return Reason{"single step", std::nullopt}; },
          [](const Created&) { return Reason{"new task made", std::nullopt}; },
          [](const Born&) { return Reason{"new task", std::nullopt}; },
          [](const Executed&) { return Reason{"new program", std::nullopt}; },
          [](const Exiting&) { return Reason{"about to end", std::nullopt}; },
          [](const Exited&) { return Reason{"end", std::nullopt}; },
          [](const Answered&) { return Reason{"answered", std::nullopt}; },
          [](const Shaped&) { return Reason{"made, to be looked at", std::nullopt}; },
          [](const Probed&) { return Reason{"probe", std::nullopt}; },
          [](const Halted&) { return Reason{"job control", std::nullopt}; },
          [](const Paused&) { return Reason{"paused", std::nullopt}; },
          [](const Continued&) { return Reason{"job control", std::nullopt}; },
      },
      stop);
}

std::string_view text_of(agent::Abandoned reason) {
  using agent::Abandoned;
  switch (reason) {
    case Abandoned::kNever:
      return "call";
    case Abandoned::kRequested:
      return "asked to stop";
    case Abandoned::kCall:
      return "not for the agent";
    case Abandoned::kDescriptor:
      return "unknown descriptor";
    case Abandoned::kWaits:
      return "would wait";
    case Abandoned::kSize:
      return "too much memory";
    case Abandoned::kLogFull:
      return "log full";
    case Abandoned::kLogEnd:
      return "end of the log";
    case Abandoned::kDiffers:
      return "differs";
    case Abandoned::kFault:
      return "fault in the agent";
    case Abandoned::kMappedFile:
      return "file is mapped";
    case Abandoned::kOutput:
      return "several processes write";
  }
  return "call";
}

}  // namespace mecrr
