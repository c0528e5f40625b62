#include "trace-format/event_check.h"

#include <array>
#include <bit>
#include <map>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/remote_address.h"
#include "trace-format/call_log.h"
#include "trace-format/limits.h"
#include "trace-format/memory_check.h"

namespace mecrr {

namespace {

constexpr int kMaxArguments = 6;         // of a call
constexpr int kMaxSignal = 64;           // _NSIG
constexpr std::size_t kInfoBytes = 128;  // siginfo_t
constexpr std::uint32_t kMaxInstructionBytes = 15;
constexpr std::uint32_t kRegisterNumbers = 17;  // RegisterWrite.number

// What the event's own fields are looked at with.
struct Context {
  const pb::Event& event;
  EventPlace place;
  std::uint64_t contents;
};

Result<void> check_vector(const pb::Vector& vector) {
  if (vector.xsave().size() <= kMaxVectorBytes) return {};
  return fail("its vector state has {} bytes", vector.xsave().size());
}

Result<void> check_patches(const google::protobuf::RepeatedPtrField<pb::Patch>& patches) {
  for (const pb::Patch& patch : patches) {
    const std::size_t code = patch.code().size();
    const std::size_t stub = patch.stub_code().size();
    if (code == 0 || code > kMaxPatchBytes || stub > kMaxStubBytes) {
      return fail("a patch of {} bytes, with a stub of {}", code, stub);
    }
    TRY(with_context(check_range(patch.site(), code), "a patch"));
    TRY(with_context(check_range(patch.stub(), stub), "the stub of a patch"));
  }
  return {};
}

Result<void> check_cpuid(const google::protobuf::RepeatedPtrField<pb::CpuidRow>& rows) {
  if (rows.size() > kMaxCpuidRows) return fail("{} rows of cpuid", rows.size());
  std::map<std::uint32_t, std::set<std::uint32_t>> subleaves;
  std::set<std::uint32_t> whole;  // leaves with any subleaf
  for (const pb::CpuidRow& row : rows) {
    auto& seen = subleaves[row.leaf()];
    const bool is_new = !whole.contains(row.leaf()) && (!row.any_subleaf() || seen.empty()) &&
                        seen.insert(row.subleaf()).second;
    if (!is_new) return fail("leaf {:#x} of cpuid has two answers", row.leaf());
    if (!row.any_subleaf()) continue;
    if (row.subleaf() != 0) return fail("leaf {:#x} of cpuid has any subleaf, and one", row.leaf());
    whole.insert(row.leaf());
  }
  return {};
}

Result<void> check_outcome(const pb::Outcome& outcome, std::uint64_t contents) {
  for (const pb::Change& change : outcome.change()) {
    TRY(with_context(check_change(change, contents), "a change of the address space"));
  }
  for (const pb::ObjectWrite& write : outcome.object_write()) {
    TRY(with_context(check_object_write(write, contents), "a write to an object"));
  }
  TRY(check_writes(outcome.write()));
  TRY(check_vector(outcome.vector()));
  return check_patches(outcome.patch());
}

Result<void> check_input(const pb::Input& input) {
  if (input.start().size() > input.size()) {
    return fail("an input of {} bytes starts with {}", input.size(), input.start().size());
  }
  return check_range(input.address(), input.size());
}

Result<void> check_made_call(const Context& context, const pb::Call& call) {
  if (!context.event.has_state()) return fail("it does not tell the task's state");
  if (call.argument_size() > kMaxArguments)
    return fail("it has {} arguments", call.argument_size());
  for (const pb::Input& input : call.input()) TRY(check_input(input));
  if (!pb::Output_IsValid(call.output()))
    return fail("output {} is not known", static_cast<int>(call.output()));
  return {};
}

Result<void> check_call(const Context& context) {
  const pb::Call& call = context.event.call();
  TRY(check_made_call(context, call));
  if (!call.has_outcome()) return fail("it has no outcome");
  if (call.write_size() != 0) return fail("it has writes of its own");
  return check_outcome(call.outcome(), context.contents);
}

Result<void> check_entered(const Context& context) {
  const pb::Call& call = context.event.entered();
  if (call.has_outcome()) return fail("it has an outcome");
  TRY(check_writes(call.write()));
  return check_made_call(context, call);
}

Result<void> check_returned(const Context& context) {
  const pb::Returned& returned = context.event.returned();
  if (!returned.has_outcome()) return fail("it has no outcome");
  return check_outcome(returned.outcome(), context.contents);
}

Result<void> check_image(const Context& context) {
  const pb::Image& image = context.event.image();
  const std::uint64_t stream = context.place.stream.value();
  if (image.parent_stream() >= stream || (image.parent_stream() == 0) != (stream == 1)) {
    return fail("stream {} cannot come from stream {}", stream, image.parent_stream());
  }
  if (image.pid() != context.event.tid())
    return fail("it begins with a task that is not the main one");
  std::uint64_t end = 0;
  for (const pb::Mapping& mapping : image.mapping()) {
    TRY(with_context(check_mapping(mapping, context.contents), "the mapping at {:#x}",
                     mapping.start()));
    if (mapping.start() < end)
      return fail("the mapping at {:#x} is not behind others", mapping.start());
    end = mapping.start() + mapping.size();
  }
  TRY(check_writes(image.memory()));
  if (!image.has_registers()) return fail("it does not tell the registers");
  TRY(check_vector(image.vector()));
  TRY(check_cpuid(image.cpuid()));
  return check_patches(image.patch());
}

Result<void> check_forked(const Context& context) {
  const pb::Forked& forked = context.event.forked();
  if (forked.parent_stream() == 0 || forked.parent_stream() >= context.place.stream.value()) {
    return fail("stream {} cannot come from stream {}", context.place.stream,
                forked.parent_stream());
  }
  if (forked.parent_order() >= context.event.order()) {
    return fail("it cannot come from event {}", forked.parent_order());
  }
  if (forked.pid() != context.event.tid())
    return fail("it begins with a task that is not the main one");
  return {};
}

Result<void> check_created(const Context& context) {
  const pb::Created& created = context.event.created();
  if (created.tid() <= 0 || created.pid() <= 0) return fail("the new task has no number");
  if (created.stream() < context.place.stream.value()) {
    return fail("the new task cannot be in stream {}", created.stream());
  }
  TRY(check_writes(created.parent_write()));
  return check_writes(created.child_write());
}

Result<void> check_instruction(const Context& context) {
  const pb::Instruction& instruction = context.event.instruction();
  if (!context.event.has_state()) return fail("it does not tell the task's state");
  if (!pb::Instruction::Kind_IsValid(instruction.kind()) ||
      instruction.kind() == pb::Instruction::UNKNOWN) {
    return fail("kind {} is not known", static_cast<int>(instruction.kind()));
  }
  if (instruction.length() == 0 || instruction.length() > kMaxInstructionBytes) {
    return fail("it is {} bytes long", instruction.length());
  }
  std::array<bool, kRegisterNumbers> written{};
  for (const pb::RegisterWrite& write : instruction.write()) {
    if (write.number() >= kRegisterNumbers) return fail("register {} is not known", write.number());
    if (std::exchange(written[write.number()], true)) return fail("it writes a register twice");
  }
  return {};
}

Result<void> check_signal(const Context& context) {
  const pb::Signal& signal = context.event.signal();
  if (signal.number() < 1 || signal.number() > kMaxSignal)
    return fail("{} is none", signal.number());
  if (signal.info().size() > kInfoBytes) return fail("its info has {} bytes", signal.info().size());
  if (!pb::Signal::Cause_IsValid(signal.cause()))
    return fail("cause {} is not known", static_cast<int>(signal.cause()));
  if (signal.cause() == pb::Signal::FAULT && !context.event.has_state()) {
    return fail("it is a fault, and does not tell the task's state");
  }
  if (signal.action_case() == pb::Signal::ACTION_NOT_SET) return fail("nothing comes of it");
  if (!signal.has_handler()) return {};
  if (!signal.handler().has_registers()) return fail("its handler has no registers");
  TRY(check_writes(signal.handler().write()));
  return check_vector(signal.handler().vector());
}

Result<void> check_replaced(const Context& context) {
  const pb::Replaced& replaced = context.event.replaced();
  if (replaced.stream() <= context.place.stream.value()) {
    return fail("the new program cannot be in stream {}", replaced.stream());
  }
  return check_writes(replaced.write());
}

Result<void> check_exited(const Context& context) {
  const pb::Exited& exited = context.event.exited();
  if (exited.how_case() == pb::Exited::HOW_NOT_SET) return fail("it does not say how");
  if (exited.status() < 0 || exited.status() > 0xff) return fail("exit status {}", exited.status());
  if (exited.has_signal() && (exited.signal() < 1 || exited.signal() > kMaxSignal)) {
    return fail("death by signal {}", exited.signal());
  }
  return check_writes(exited.write());
}

Result<void> check_log(const Context& context) {
  if (context.event.has_state()) return fail("it tells a state, and each of its calls has its own");
  return check_call_log(context.event.log());
}

Result<void> check_preempted(const Context& context) {
  if (context.event.has_landing()) return {};
  return fail("it does not tell where");
}

Result<void> check_state(const pb::State& state) {
  if (state.stack_bytes() > kMaxStateStackBytes)
    return fail("it has {} bytes of the stack", state.stack_bytes());
  return check_range(state.rsp(), state.stack_bytes());
}

Result<void> check_landing(const pb::Event& event) {
  const pb::Landing& landing = event.landing();
  const bool may_land = event.has_preempted() ||
                        (event.has_signal() && event.signal().cause() == pb::Signal::ASYNCHRONOUS);
  if (!may_land || !event.has_state()) return fail("it has no such place");
  if (!landing.has_registers()) return fail("it does not tell the registers");
  if (landing.registers().rip() != event.state().rip() ||
      landing.registers().rsp() != event.state().rsp())
    return fail("its registers are not those of its state");
  if (landing.word_size() > kMaxLandingWords) return fail("it has {} words", landing.word_size());
  for (const pb::Word& word : landing.word()) {
    if (!std::has_single_bit(word.bytes()) || word.bytes() > sizeof(std::uint64_t))
      return fail("a word of {} bytes", word.bytes());
    TRY(with_context(check_range(word.address(), word.bytes()), "a word"));
  }
  if (landing.near_page_size() > kMaxLandingPages)
    return fail("it has {} pages", landing.near_page_size());
  for (const std::uint64_t page : landing.near_page())
    TRY(with_context(check_range(page * kPageBytes, kPageBytes), "a page near it"));
  if (landing.stack().size() > kMaxLandingStack || landing.stack().size() % 8 != 0 ||
      landing.stack().size() > landing.stack_bytes())
    return fail("it begins with {} bytes of the stack", landing.stack().size());
  if (landing.stack_bytes() > kMaxLandingStackBytes)
    return fail("it has {} bytes of the stack", landing.stack_bytes());
  return with_context(check_range(event.state().rsp(), landing.stack_bytes()), "the stack");
}

// One row for each kind of event, by its field number.
struct Kind {
  pb::Event::WhatCase what;
  const char* name;
  bool begins_a_stream;
  Result<void> (*check)(const Context&);
};
constexpr std::array kKinds = {
    Kind{pb::Event::kImage, "image", true, check_image},
    Kind{pb::Event::kForked, "forked", true, check_forked},
    Kind{pb::Event::kCall, "call", false, check_call},
    Kind{pb::Event::kEntered, "entered", false, check_entered},
    Kind{pb::Event::kReturned, "returned", false, check_returned},
    Kind{pb::Event::kCreated, "created", false, check_created},
    Kind{pb::Event::kInstruction, "instruction", false, check_instruction},
    Kind{pb::Event::kSignal, "signal", false, check_signal},
    Kind{pb::Event::kReplaced, "replaced", false, check_replaced},
    Kind{pb::Event::kExited, "exited", false, check_exited},
    Kind{pb::Event::kLog, "log", false, check_log},
    Kind{pb::Event::kPreempted, "preempted", false, check_preempted},
};

const Kind& kind_of(pb::Event::WhatCase what) {
  const auto number = static_cast<std::size_t>(what) - pb::Event::kImage;
  MECRR_CHECK(number < kKinds.size() && kKinds[number].what == what, "{}", static_cast<int>(what));
  return kKinds[number];
}

Result<void> check_fields(const Context& context) {
  if (context.event.tid() <= 0) return fail("it tells no task");
  if (context.event.what_case() == pb::Event::WHAT_NOT_SET)
    return fail("it does not tell what happened");
  const Kind& kind = kind_of(context.event.what_case());
  const bool is_first = context.place.position == EventId{0};
  if (kind.begins_a_stream != is_first) {
    return fail("{}: {} a stream", kind.name, is_first ? "does not begin" : "begins");
  }
  TRY(with_context(check_state(context.event.state()), "its state"));
  if (context.event.has_landing()) TRY(with_context(check_landing(context.event), "its landing"));
  return with_context(kind.check(context), kind.name);
}

Result<void> check_header(const pb::Header& header) {
  if (header.version() != kTraceVersion) {
    return fail("is a trace of version {}; this mecrr reads version {}", header.version(),
                kTraceVersion);
  }
  const pb::Machine& machine = header.machine();
  if (header.has_machine() && machine.page_bytes() != kTracePageBytes) {
    return fail("header: pages of {} bytes", machine.page_bytes());
  }
  for (const pb::VectorComponent& component : machine.vector()) {
    constexpr std::uint32_t kComponents = 64;  // bits of XCR0
    if (component.number() >= kComponents || component.size() > kMaxVectorBytes ||
        component.offset() > kMaxVectorBytes - component.size()) {
      return fail("header: XSAVE component {} has {} bytes at {}", component.number(),
                  component.size(), component.offset());
    }
  }
  return {};
}

Result<void> check_ending(const pb::Ending& ending) {
  if (!pb::Ending::Reason_IsValid(ending.reason()))
    return fail("ending: reason {}", static_cast<int>(ending.reason()));
  return {};
}

Result<void> check_contents(const pb::Trace& trace, std::uint64_t contents) {
  for (const pb::ContentPart& part : trace.content()) {
    if (part.content() == contents + 1) {
      ++contents;  // its first part
    } else if (!part.path().empty()) {
      return fail("content {} is named again", part.content());
    }
  }
  return {};
}

}  // namespace

Result<void> check_event(const pb::Event& event, const EventPlace& place, std::uint64_t contents) {
  return with_context(check_fields({event, place, contents}), "event {} of stream {}",
                      place.position, place.stream);
}

Result<void> check_frame(const pb::Trace& trace, std::uint64_t contents) {
  for (const pb::Header& header : trace.header()) TRY(check_header(header));
  TRY(check_contents(trace, contents));
  for (const pb::Chunk& chunk : trace.chunk()) {
    EventPlace place{StreamId{chunk.stream()}, EventId{chunk.first_event()}};
    for (const pb::Event& event : chunk.event()) {
      TRY(check_event(event, place, contents));
      place.position = EventId{place.position.value() + events_in(event)};
    }
  }
  for (const pb::Ending& ending : trace.ending()) TRY(check_ending(ending));
  return {};
}

}  // namespace mecrr
