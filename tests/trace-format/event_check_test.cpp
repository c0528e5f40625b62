// Each rule for the fields of events, broken once.
#include "trace-format/event_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/call_log_maker.h"
#include "tests/trace-format/sample.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

pb::Event event_with(void (*change)(pb::Event&)) {
  pb::Event event = small_event();
  change(event);
  return event;
}

pb::Event forked_event() {
  return event_with([](pb::Event& event) {
    event.set_order(10);
    event.mutable_forked()->set_parent_stream(1);
    event.mutable_forked()->set_parent_order(9);
    event.mutable_forked()->set_pid(event.tid());
  });
}

pb::Event signal_event() {
  return event_with([](pb::Event& event) {
    pb::Signal& signal = *event.mutable_signal();
    signal.set_number(11);
    signal.set_cause(pb::Signal::FAULT);
    signal.mutable_handler()->mutable_registers();
  });
}

pb::Event instruction_event() {
  return event_with([](pb::Event& event) {
    pb::Instruction& instruction = *event.mutable_instruction();
    instruction.set_kind(pb::Instruction::RDTSC);
    instruction.set_length(2);
    instruction.add_write()->set_number(0);
    instruction.add_write()->set_number(2);
  });
}

pb::Event created_event() {
  return event_with([](pb::Event& event) {
    event.mutable_created()->set_tid(5);
    event.mutable_created()->set_pid(5);
    event.mutable_created()->set_stream(3);
  });
}

pb::Event replaced_event() {
  return event_with([](pb::Event& event) { event.mutable_replaced()->set_stream(3); });
}

pb::Event exited_event() {
  return event_with([](pb::Event& event) { event.mutable_exited()->set_status(0); });
}

pb::Event entered_event() {
  return event_with([](pb::Event& event) { event.mutable_entered()->set_number(0); });
}

pb::Event returned_event() {
  return event_with([](pb::Event& event) { event.mutable_returned()->mutable_outcome(); });
}

pb::Change& change_of(pb::Event& event) {
  pb::Outcome& outcome = *event.mutable_call()->mutable_outcome();
  return outcome.change_size() == 0 ? *outcome.add_change() : *outcome.mutable_change(0);
}

pb::Event mapping_event() {
  pb::Event event = small_event();
  pb::Mapping& mapping = *change_of(event).mutable_map();
  mapping.set_start(0x10000);
  mapping.set_size(0x3000);
  mapping.set_protection(5);
  mapping.set_flags(2);
  mapping.mutable_content()->set_content(1);
  mapping.mutable_content()->set_offset(0x1000);
  mapping.mutable_content()->set_valid(0x2000);
  mapping.add_trap(0x12fff);
  return event;
}

pb::Event object_event() {
  pb::Event event = mapping_event();
  change_of(event).mutable_map()->mutable_object()->set_object(1);
  event.mutable_call()->mutable_outcome()->add_object_write()->set_object(1);
  return event;
}

pb::Event move_event() {
  pb::Event event = small_event();
  pb::Move& move = *change_of(event).mutable_move();
  move.set_from(0x1000);
  move.set_from_size(0x1000);
  move.set_to(0x2000);
  move.set_to_size(0x2000);
  return event;
}

pb::Event advise_event() {
  pb::Event event = small_event();
  pb::Advise& advise = *change_of(event).mutable_advise();
  advise.set_start(0x1000);
  advise.set_size(0x1000);
  advise.set_advice(4);
  return event;
}

enum class Place { kFirst, kFirstOfAnother, kLater };

Result<void> check(const pb::Event& event, Place place) {
  const EventPlace where{StreamId{place == Place::kFirst ? 1u : 2u},
                         EventId{place == Place::kLater ? 5u : 0u}};
  return check_event(event, where, 1);
}

struct Rule {
  const char* name;
  pb::Event (*good)();
  Place place;
  void (*break_it)(pb::Event&);
  const char* what;
};

class EventCheck : public testing::TestWithParam<Rule> {};

TEST_P(EventCheck, TakesTheGoodAndRefusesTheBroken) {
  pb::Event event = GetParam().good();
  const Result<void> good = check(event, GetParam().place);
  EXPECT_TRUE(good) << good.error();
  GetParam().break_it(event);
  const Result<void> broken = check(event, GetParam().place);
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, testing::HasSubstr(GetParam().what));
  EXPECT_THAT(broken.error().message, testing::StartsWith("event "));
}

pb::Event log_event() {
  return event_with([](pb::Event& event) {
    event.clear_state();
    const CallLogMaker log = CallLogMaker().call({.number = 39});
    *event.mutable_log() = log.log();
  });
}

pb::Patch& patch_of(pb::Event& event) {
  pb::Outcome& outcome = *event.mutable_call()->mutable_outcome();
  return outcome.patch_size() == 0 ? *outcome.add_patch() : *outcome.mutable_patch(0);
}

pb::Event patch_event() {
  pb::Event event = small_event();
  pb::Patch& patch = patch_of(event);
  patch.set_site(0x401000);
  patch.set_code(std::string(kMaxPatchBytes, 'c'));
  patch.set_stub(0x130000);
  patch.set_stub_code(std::string(kMaxStubBytes, 's'));
  return event;
}

pb::Event root_image() { return image_event(); }
pb::Event child_image() { return image_event(1); }
pb::Event short_read() { return read_event("data"); }

INSTANTIATE_TEST_SUITE_P(Rules, EventCheck,
                         testing::Values(
                             Rule{"HasATask", small_event, Place::kLater,
                                  [](pb::Event& e) { e.set_tid(0); }, "no task"},
                             Rule{"Happened", small_event, Place::kLater,
                                  [](pb::Event& e) { e.clear_what(); }, "what happened"},
                             Rule{"OnlyTheFirstIsAnImage", small_event, Place::kLater,
                                  [](pb::Event& e) { *e.mutable_image() = image_event(1).image(); },
                                  "begins a stream"},
                             Rule{"TheFirstIsAnImageOrForked", root_image, Place::kFirst,
                                  [](pb::Event& e) { *e.mutable_call() = small_event().call(); },
                                  "does not begin"},
                             Rule{"TheFirstStreamHasNoParent", root_image, Place::kFirst,
                                  [](pb::Event& e) { e.mutable_image()->set_parent_stream(1); },
                                  "cannot come from"},
                             Rule{"OtherStreamsHaveAParent", child_image, Place::kFirstOfAnother,
                                  [](pb::Event& e) { e.mutable_image()->set_parent_stream(0); },
                                  "cannot come from"},
                             Rule{"AParentIsOlder", child_image, Place::kFirstOfAnother,
                                  [](pb::Event& e) { e.mutable_image()->set_parent_stream(2); },
                                  "cannot come from"},
                             Rule{"AnImageIsOfTheMainTask", root_image, Place::kFirst,
                                  [](pb::Event& e) { e.mutable_image()->set_pid(1); },
                                  "not the main one"},
                             Rule{"AnImageHasRegisters", root_image, Place::kFirst,
                                  [](pb::Event& e) { e.mutable_image()->clear_registers(); },
                                  "registers"},
                             Rule{"MappingsAscend", root_image, Place::kFirst,
                                  [](pb::Event& e) {
                                    pb::Image& image = *e.mutable_image();
                                    *image.add_mapping() = image.mapping(0);
                                  },
                                  "not behind others"},
                             Rule{"ImageMemoryIsARange", root_image, Place::kFirst,
                                  [](pb::Event& e) {
                                    pb::Write& write = *e.mutable_image()->add_memory();
                                    write.set_address(~0ull);
                                    write.set_data("xy");
                                  },
                                  "wrap around"},
                             Rule{"AVectorStateHasASize", root_image, Place::kFirst,
                                  [](pb::Event& e) {
                                    e.mutable_image()->mutable_vector()->set_xsave(
                                        std::string(kMaxVectorBytes + 1, 'x'));
                                  },
                                  "vector state"},
                             Rule{"AForkHasAParent", forked_event, Place::kFirstOfAnother,
                                  [](pb::Event& e) { e.mutable_forked()->set_parent_stream(0); },
                                  "cannot come from"},
                             Rule{"AForkHasAnEarlierParent", forked_event, Place::kFirstOfAnother,
                                  [](pb::Event& e) { e.mutable_forked()->set_parent_order(10); },
                                  "event 10"},
                             Rule{"AForkIsOfTheMainTask", forked_event, Place::kFirstOfAnother,
                                  [](pb::Event& e) { e.mutable_forked()->set_pid(1); },
                                  "not the main one"},
                             Rule{"ACallHasAState", small_event, Place::kLater,
                                  [](pb::Event& e) { e.clear_state(); }, "state"},
                             Rule{"ACallHasAnOutcome", small_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_call()->clear_outcome(); },
                                  "no outcome"},
                             Rule{"ACallHasSixArguments", small_event, Place::kLater,
                                  [](pb::Event& e) {
                                    for (int i = 0; i < 7; ++i) e.mutable_call()->add_argument(0);
                                  },
                                  "7 arguments"},
                             Rule{"AnInputIsNoLongerThanItIs", small_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_call()->add_input()->set_start("x");
                                  },
                                  "input of 0"},
                             Rule{"AnOutputIsKnown", small_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_call()->set_output(static_cast<pb::Output>(3));
                                  },
                                  "output 3"},
                             Rule{"AWriteIsARange", short_read, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_call()
                                        ->mutable_outcome()
                                        ->mutable_write(0)
                                        ->set_address(~0ull - 2);
                                  },
                                  "wrap around"},
                             Rule{"ALogHasCalls", log_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_log()->set_calls(0); },
                                  "log: it has no calls"},
                             Rule{"ALogHasNoState", log_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_state()->set_rip(1); },
                                  "tells a state"},
                             Rule{"ALogBeginsNoStream", root_image, Place::kFirst,
                                  [](pb::Event& e) { *e.mutable_log() = log_event().log(); },
                                  "log: does not begin"},
                             Rule{"APatchChangesCode", patch_event,
                                  Place::kLater, [](pb::Event& e) { patch_of(e).clear_code(); },
                                  "a patch of 0 bytes"},
                             Rule{
                                 "APatchIsShort", patch_event, Place::kLater,
                                 [](pb::Event& e) { patch_of(e).mutable_code()->append("c"); },
                                 "a patch of 65 bytes"},
                             Rule{
                                 "AStubIsShort", patch_event, Place::kLater,
                                 [](pb::Event& e) { patch_of(e).mutable_stub_code()->append("s"); },
                                 "a stub of 129"},
                             Rule{
                                 "APatchIsARange", patch_event, Place::kLater,
                                 [](pb::Event& e) { patch_of(e).set_site(~0ull - 62); },
                                 "a patch: 0x40 bytes"},
                             Rule{
                                 "AStubIsARange", patch_event, Place::kLater,
                                 [](pb::Event& e) { patch_of(e).set_stub(~0ull - 126); },
                                 "the stub of a patch: 0x80 bytes"},
                             Rule{
                                 "AnImagesPatchIsShort", root_image, Place::kFirst,
                                 [](pb::Event& e) {
                                   e.mutable_image()->add_patch()->set_code(std::string(65, 'c'));
                                 },
                                 "a patch of 65 bytes"},
                             Rule{"CpuidHasOneAnswer", root_image, Place::kFirst,
                                  [](pb::Event& e) {
                                    e.mutable_image()->add_cpuid()->set_leaf(7);
                                    e.mutable_image()->add_cpuid()->set_leaf(7);
                                  },
                                  "leaf 0x7 of cpuid has two answers"},
                             Rule{"CpuidOfAnySubleafIsTheLeafsOnlyOne", root_image, Place::kFirst,
                                  [](pb::Event& e) {
                                    e.mutable_image()->add_cpuid()->set_leaf(7);
                                    e.mutable_image()->add_cpuid()->set_leaf(1);
                                    pb::CpuidRow& row = *e.mutable_image()->add_cpuid();
                                    row.set_leaf(7);
                                    row.set_any_subleaf(true);
                                  },
                                  "leaf 0x7 of cpuid has two answers"},
                             Rule{"CpuidHasSoManyRows", root_image, Place::kFirst,
                                  [](pb::Event& e) {
                                    for (std::uint32_t i = 0; i < 256; ++i)
                                      e.mutable_image()->add_cpuid()->set_leaf(i);
                                  },
                                  "256 rows of cpuid"},
                             Rule{"AnEnteredCallHasNoOutcome", entered_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_entered()->mutable_outcome(); },
                                  "has an outcome"},
                             Rule{"AReturnHasAnOutcome", returned_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_returned()->clear_outcome(); },
                                  "no outcome"},
                             Rule{"AChangeSaysSomething", mapping_event, Place::kLater,
                                  [](pb::Event& e) { change_of(e).Clear(); }, "says nothing"},
                             Rule{"AMappingIsWholePages", mapping_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_map()->set_start(0x10001);
                                  },
                                  "whole pages"},
                             Rule{"AMappingIsNotEmpty", mapping_event, Place::kLater,
                                  [](pb::Event& e) { change_of(e).mutable_map()->set_size(0); },
                                  "is empty"},
                             Rule{"AMappingDoesNotWrap", mapping_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_map()->set_size(~0xfffull);
                                  },
                                  "wrap around"},
                             Rule{"AProtectionIsKnown", mapping_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_map()->set_protection(0x10);
                                  },
                                  "protection"},
                             Rule{"AMappingIsSharedOrPrivate", mapping_event, Place::kLater,
                                  [](pb::Event& e) { change_of(e).mutable_map()->set_flags(3); },
                                  "flags 0x3"},
                             Rule{"AMappingIsNotFixed", mapping_event, Place::kLater,
                                  [](pb::Event& e) { change_of(e).mutable_map()->set_flags(0x12); },
                                  "flags 0x12"},
                             Rule{"AContentIsThere", mapping_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_map()->mutable_content()->set_content(2);
                                  },
                                  "content 2"},
                             Rule{"AContentIsMappedByPages", mapping_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_map()->mutable_content()->set_offset(1);
                                  },
                                  "offset 0x1"},
                             Rule{"AContentCannotEndBeyondFiles", mapping_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_map()->mutable_content()->set_offset(
                                        0x7fff'ffff'ffff'f000);
                                  },
                                  "offset"},
                             Rule{"NoMoreIsValidThanMapped", mapping_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_map()->mutable_content()->set_valid(
                                        0x4000);
                                  },
                                  "valid"},
                             Rule{"ATrapIsInItsMapping", mapping_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_map()->add_trap(0x13000);
                                  },
                                  "trap"},
                             Rule{"ObjectsAreNumberedFromOne", object_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_map()->mutable_object()->set_object(0);
                                  },
                                  "numbered from 1"},
                             Rule{"AWriteIsToAnObject", object_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_call()
                                        ->mutable_outcome()
                                        ->mutable_object_write(0)
                                        ->set_object(0);
                                  },
                                  "numbered from 1"},
                             Rule{"AWriteIsInsideAnObject", object_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_call()
                                        ->mutable_outcome()
                                        ->mutable_object_write(0)
                                        ->set_offset(~0ull);
                                  },
                                  "offset"},
                             Rule{"AWritesContentStandsBeforeIt", object_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_call()
                                        ->mutable_outcome()
                                        ->mutable_object_write(0)
                                        ->mutable_content()
                                        ->set_content(99);
                                  },
                                  "content 99"},
                             Rule{"AWriteHasDataOrAContent", object_event, Place::kLater,
                                  [](pb::Event& e) {
                                    pb::ObjectWrite& write =
                                        *e.mutable_call()->mutable_outcome()->mutable_object_write(0);
                                    write.mutable_content()->set_content(1);
                                    write.set_data("too");
                                  },
                                  "both"},
                             Rule{"AWriteIsInsideAContent", object_event, Place::kLater,
                                  [](pb::Event& e) {
                                    pb::ContentRef& content = *e.mutable_call()
                                                                   ->mutable_outcome()
                                                                   ->mutable_object_write(0)
                                                                   ->mutable_content();
                                    content.set_content(1);
                                    content.set_offset(~0ull);
                                  },
                                  "of a content"},
                             Rule{"AMoveGoesSomewhere", move_event, Place::kLater,
                                  [](pb::Event& e) { change_of(e).mutable_move()->set_to_size(0); },
                                  "is empty"},
                             Rule{"AMoveIsWholePages", move_event, Place::kLater,
                                  [](pb::Event& e) { change_of(e).mutable_move()->set_from(1); },
                                  "whole pages"},
                             Rule{"AMoveIsValidInside", move_event, Place::kLater,
                                  [](pb::Event& e) {
                                    change_of(e).mutable_move()->set_valid(0x3000);
                                  },
                                  "valid"},
                             Rule{
                                 "AdviceIsKnown", advise_event, Place::kLater,
                                 [](pb::Event& e) { change_of(e).mutable_advise()->set_advice(3); },
                                 "advice 3"},
                             Rule{"AnInstructionIsKnown", instruction_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_instruction()->set_kind(pb::Instruction::UNKNOWN);
                                  },
                                  "kind 0"},
                             Rule{"AnInstructionHasALength", instruction_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_instruction()->set_length(16); },
                                  "16 bytes"},
                             Rule{"ARegisterIsKnown", instruction_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_instruction()->add_write()->set_number(17);
                                  },
                                  "register 17"},
                             Rule{"ARegisterIsWrittenOnce", instruction_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_instruction()->add_write()->set_number(2);
                                  },
                                  "twice"},
                             Rule{"ASignalIsOne", signal_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_signal()->set_number(65); }, "65"},
                             Rule{
                                 "ASignalHasInfo", signal_event, Place::kLater,
                                 [](pb::Event&
                                        e) { e.mutable_signal()->set_info(std::string(129, 'x')); },
                                 "129"},
                             Rule{"ASignalHasACause", signal_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_signal()->set_cause(
                                        static_cast<pb::Signal::Cause>(2));
                                  },
                                  "cause 2"},
                             Rule{"AFaultHasAState", signal_event, Place::kLater,
                                  [](pb::Event& e) { e.clear_state(); }, "state"},
                             Rule{"SomethingComesOfASignal", signal_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_signal()->clear_action(); },
                                  "nothing"},
                             Rule{"AHandlerHasRegisters", signal_event, Place::kLater,
                                  [](pb::Event& e) {
                                    e.mutable_signal()->mutable_handler()->clear_registers();
                                  },
                                  "registers"},
                             Rule{"ANewTaskHasANumber", created_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_created()->set_tid(0); }, "number"},
                             Rule{"ANewTaskIsInANewerStream", created_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_created()->set_stream(1); },
                                  "stream 1"},
                             Rule{"ANewProgramIsInANewStream", replaced_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_replaced()->set_stream(2); },
                                  "stream 2"},
                             Rule{"AnExitSaysHow", exited_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_exited()->clear_how(); }, "how"},
                             Rule{"AnExitStatusIsAByte", exited_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_exited()->set_status(256); }, "256"},
                             Rule{"ADeathHasASignal", exited_event, Place::kLater,
                                  [](pb::Event& e) { e.mutable_exited()->set_signal(0); },
                                  "signal 0"}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mecrr
