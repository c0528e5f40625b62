// Traces that are made to do harm, or make no sense: an error that says where, or a divergence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <functional>

#include "device/device.h"
#include "tests/replayer/hand_made.h"

namespace mecrr::hand_made {
namespace {

using testing::HasSubstr;

ASSEMBLY(calls, "mov $39, %eax; syscall; mov $39, %eax; syscall")

Registers at_call() {
  Registers r = start_registers();
  r.rax = SYS_getpid, r.rip = syscall_at(calls());
  return r;
}

/// Of the format's own checks, or of replaying it.
std::string error_of(Trace trace) {
  auto reader = std::move(trace).try_read();
  return reader ? Replayed(*std::move(reader)).error() : reader.error().message;
}

/// What comes of a program whose Image, or whose first call, has been changed like this.
std::string error_of_image(const std::function<void(pb::Image&)>& change) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  pb::Event start = image(kTid, calls());
  change(*start.mutable_image());
  trace.add(stream, start);
  trace.add(stream, call(kTid, at_call(), 0, 1));
  return error_of(std::move(trace));
}

std::string error_of_call(const std::function<void(pb::Outcome&)>& change) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, calls()));
  pb::Event event = call(kTid, at_call(), 0, 1);
  change(*event.mutable_call()->mutable_outcome());
  trace.add(stream, event);
  return error_of(std::move(trace));
}

std::string error_of_event(const pb::Event& event) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, calls()));
  trace.add(stream, event);
  return error_of(std::move(trace));
}

TEST(HostileTrace, AMappingOverMecrrsPageIsRefused) {
  EXPECT_THAT(error_of_image([](pb::Image& image) {
                image.mutable_mapping()->Clear();
                *image.add_mapping() = mapping(kMecrrPage - 0x1000, 0x3000, PROT_READ);
              }),
              HasSubstr("made.pb: event 0 of stream 1: 0xf000-0x12000 is where mecrr itself is"));
}

TEST(HostileTrace, NoChangeTouchesMecrrsPage) {
  const auto with_range = [](auto* change) {
    change->set_start(kMecrrPage);
    change->set_size(0x1000);
    return change;
  };
  for (const auto& change : std::vector<std::function<void(pb::Change&)>>{
           [&](pb::Change& c) { with_range(c.mutable_unmap()); },
           [&](pb::Change& c) { with_range(c.mutable_protect())->set_protection(PROT_WRITE); },
           [&](pb::Change& c) { with_range(c.mutable_advise())->set_advice(MADV_DONTNEED); },
           [&](pb::Change& c) { with_range(c.mutable_map())->set_flags(MAP_PRIVATE); },
           [&](pb::Change& c) {
             c.mutable_move()->set_from(kData);
             c.mutable_move()->set_from_size(0x1000);
             c.mutable_move()->set_to(kMecrrPage);
             c.mutable_move()->set_to_size(0x1000);
           }}) {
    EXPECT_THAT(error_of_call([&](pb::Outcome& outcome) { change(*outcome.add_change()); }),
                HasSubstr("event 1 of stream 1: 0x10000-0x11000 is where mecrr itself is"));
  }
  EXPECT_THAT(error_of_call([](pb::Outcome& outcome) {
                outcome.add_write()->set_address(kMecrrPage + 1);
                outcome.mutable_write(0)->set_data("x");
              }),
              HasSubstr("mecrr itself"));
}

TEST(HostileTrace, MappingsAreWholePagesOfAProgramsAddresses) {
  EXPECT_THAT(error_of_image([](pb::Image& i) { i.mutable_mapping(2)->set_size(0x1001); }),
              HasSubstr("not whole pages"));
  EXPECT_THAT(error_of_image([](pb::Image& i) { i.mutable_mapping(2)->set_size(0); }),
              HasSubstr("is empty"));
  EXPECT_THAT(
      error_of_image([](pb::Image& i) { i.mutable_mapping(2)->set_size(std::uint64_t{1} << 47); }),
      HasSubstr("beyond a program's addresses"));
  EXPECT_THAT(
      error_of_image([](pb::Image& i) { i.mutable_mapping(2)->set_start(0xffffffffff600000); }),
      HasSubstr("beyond a program's addresses"));
  EXPECT_THAT(error_of_image([](pb::Image& i) { i.mutable_mapping(2)->set_flags(MAP_SHARED); }),
              HasSubstr("flags"));
  EXPECT_THAT(error_of_image([](pb::Image& i) { i.mutable_mapping(2)->set_protection(0x10); }),
              HasSubstr("protection 0x10"));
  EXPECT_THAT(error_of_image([](pb::Image& i) { i.mutable_mapping(2)->add_trap(kCode); }),
              HasSubstr("trap at 0x400000 is not in it"));
}

TEST(HostileTrace, FilesHaveNoAbsurdSizes) {
  const auto back = [](pb::Image& image, std::uint64_t offset, std::uint64_t valid) {
    pb::Mapping& mapping = *image.mutable_mapping(2);
    mapping.set_flags(MAP_SHARED);
    mapping.mutable_object()->set_object(1);
    mapping.mutable_object()->set_offset(offset);
    mapping.mutable_object()->set_valid(valid);
  };
  EXPECT_THAT(error_of_image([&](pb::Image& i) { back(i, std::uint64_t{1} << 50, 0x1000); }),
              HasSubstr("beyond what a file can have"));
  EXPECT_THAT(error_of_image([&](pb::Image& i) { back(i, 0, 0x2000); }),
              HasSubstr("valid, of 0x1000"));
  EXPECT_THAT(error_of_image([&](pb::Image& i) { back(i, 0x10, 0x1000); }),
              HasSubstr("begins at offset 0x10"));
  EXPECT_THAT(error_of_call([](pb::Outcome& outcome) {
                outcome.add_object_write()->set_object(1);
                outcome.mutable_object_write(0)->set_offset(std::uint64_t{1} << 50);
                outcome.mutable_object_write(0)->set_data("x");
              }),
              HasSubstr("beyond what a file can have"));
}

TEST(HostileTrace, WritesWhereNothingIsMappedAreErrors) {
  for (const std::uint64_t address :
       {std::uint64_t{0}, kData + 0xfff, std::uint64_t{0x7ffffffff000},
        std::uint64_t{0xffffffffff600000}}) {
    EXPECT_THAT(error_of_call([&](pb::Outcome& outcome) {
                  outcome.add_write()->set_address(address);
                  outcome.mutable_write(0)->set_data("xy");
                }),
                HasSubstr("event 1 of stream 1: writing memory"))
        << address;
  }
}

TEST(HostileTrace, RegistersThatNoProgramCanHaveAreErrors) {
  EXPECT_THAT(error_of_image([](pb::Image& image) {
                image.mutable_registers()->set_fs_base(0xffff800000000000);
              }),
              testing::Not(""));
}

TEST(HostileTrace, AnAddressThatIsNoneIsADivergence) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  pb::Event start = image(kTid, calls());
  start.mutable_image()->mutable_registers()->set_rip(0x8000000000000000);
  trace.add(stream, start);
  trace.add(stream, call(kTid, at_call(), 0, 1));
  Replayed replayed(std::move(trace).read());
  EXPECT_EQ(replayed.run<Divergence>().subject, "what happens");
}

TEST(HostileTrace, OtherSegmentsThanThoseOf64BitProgramsAreIgnored) {
  EXPECT_EQ(error_of_image([](pb::Image& image) {
              image.mutable_registers()->set_cs(0x23);
              image.mutable_registers()->set_ss(0x10);
            }),
            "");
}

TEST(HostileTrace, ChangesOfNothingAreErrors) {
  EXPECT_THAT(error_of_call([](pb::Outcome& o) { o.add_change(); }), HasSubstr("says nothing"));
  EXPECT_THAT(error_of_call([](pb::Outcome& o) {
                pb::Move& move = *o.add_change()->mutable_move();
                move.set_from(0x900000), move.set_from_size(0x1000);
                move.set_to(0xa00000), move.set_to_size(0x1000);
              }),
              HasSubstr("where nothing is mapped"));
  EXPECT_THAT(error_of_call([](pb::Outcome& o) {
                pb::Advise& advise = *o.add_change()->mutable_advise();
                advise.set_start(kData), advise.set_size(0x1000), advise.set_advice(12345);
              }),
              HasSubstr("advice 12345"));
  EXPECT_THAT(error_of_call([](pb::Outcome& o) {
                pb::Protect& protect = *o.add_change()->mutable_protect();
                protect.set_start(0x900000), protect.set_size(0x1000);
              }),
              HasSubstr("protecting 0x900000-0x901000"));
}

TEST(HostileTrace, EventsOfTasksThatDoNotExistAreErrors) {
  EXPECT_THAT(error_of_event(call(Tid(77), at_call(), 0, 1)),
              HasSubstr("made.pb: event 1 of stream 1: there is no task 77"));
  EXPECT_THAT(error_of_event(exited(Tid(77), 1)), HasSubstr("there is no task 77"));
}

TEST(HostileTrace, EventsThatDoNotFitTheTaskAreErrors) {
  EXPECT_THAT(error_of_event(returned(kTid, SYS_read, 1)), HasSubstr("is in no call"));
  pb::Event created = event(kTid);
  created.mutable_created()->set_tid(5);
  created.mutable_created()->set_pid(5);
  created.mutable_created()->set_stream(1);
  created.mutable_created()->mutable_registers();
  EXPECT_THAT(error_of_event(created), HasSubstr("in no call that creates tasks"));
  pb::Event replaced = event(kTid);
  replaced.mutable_replaced()->set_stream(2);
  EXPECT_THAT(error_of_event(replaced), HasSubstr("in no call that starts a program"));
  pb::Event not_the_last = exited(kTid, 0);
  not_the_last.mutable_exited()->set_process(false);
  EXPECT_THAT(error_of_event(not_the_last), HasSubstr("has 1 tasks"));
}

TEST(HostileTrace, AProgramCannotBeginInATaskThatLives) {
  Trace trace;
  trace.add(trace.begin_stream(), image(kTid, calls()));
  pb::Event second = image(kTid, calls());
  second.mutable_image()->set_parent_stream(1);
  trace.add(trace.begin_stream(), second);
  EXPECT_THAT(error_of(std::move(trace)),
              HasSubstr("event 0 of stream 2: task 1000 exists already"));
}

/// Jumps to the mecrr page, where a call may be made, with exit_group(3) in the registers.
ASSEMBLY(uses_the_page, "mov $231, %eax; mov $3, %edi; mov $0x10000, %ecx; jmp *%rcx")

TEST(HostileTrace, CallsAtMecrrsPageAreAnsweredToo) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, uses_the_page()));
  Registers r = start_registers();
  r.rax = SYS_exit_group, r.rdi = 3, r.rip = kMecrrPage;
  trace.add(stream, call(kTid, r, 1, 7));
  Replayed replayed(std::move(trace).read());
  EXPECT_EQ(replayed.run<Ended>().tasks_left, 1u);
  EXPECT_EQ(replayed.replay().registers(kTid)->rax, 7u);
}

}  // namespace
}  // namespace mecrr::hand_made
