// Call sites that lead elsewhere: replayed as recorded, and never seen by who looks at the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "device/agent/state.h"
#include "device/device.h"
#include "tests/replayer/hand_made.h"

namespace mecrr::hand_made {
namespace {

using testing::HasSubstr;

constexpr StreamId kStream{1};
constexpr std::uint64_t kNearStub = 0x410040;  // in a block that is not mapped yet

/// getpid twice, of which the first has a window of two instructions; then exit_group(3).
ASSEMBLY(program,
         "push %rbx; nop; mov $39, %eax; syscall; mov $39, %eax; syscall; mov $231, %eax; mov $3, "
         "%edi; syscall")

constexpr std::uint64_t kSite = kCode + 1;
constexpr std::size_t kWindow = 6;
constexpr std::uint64_t kSyscall = kSite + kWindow;

Bytes jump(std::uint64_t from, std::uint64_t to) {
  constexpr std::uint64_t kJumpBytes = 5;
  Bytes code{std::byte{0xe9}};
  append(code, object_bytes(static_cast<const std::uint32_t&>(
                   static_cast<std::uint32_t>(to - from - kJumpBytes))));
  return code;
}

/// Jumps to a stub that does what the window did, and jumps to its `syscall`.
pb::Patch patch(std::uint64_t stub) {
  const ByteView original = program().subspan(kSite - kCode, kWindow);
  Bytes code = jump(kSite, stub);
  code.resize(kWindow, std::byte{0xcc});
  Bytes stub_code = to_bytes(original);
  append(stub_code, jump(stub + kWindow, kSyscall));
  pb::Patch patch;
  patch.set_site(kSite);
  patch.set_code(std::string(as_text(code)));
  patch.set_stub(stub);
  patch.set_stub_code(std::string(as_text(stub_code)));
  return patch;
}

Registers at(int nth, std::uint64_t number) {
  Registers r = start_registers();
  r.rsp -= 8, r.rip = syscall_at(program(), nth), r.rax = number;
  return r;
}

Trace trace_with(const pb::Patch& patched) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  pb::Event start = image(kTid, program());
  *start.mutable_image()->add_patch() = patched;
  trace.add(stream, start);
  trace.add(stream, call(kTid, at(0, SYS_getpid), 0, 7));
  trace.add(stream, call(kTid, at(1, SYS_getpid), 0, 7));
  Registers r = at(2, SYS_exit_group);
  r.rdi = 3;
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 3));
  return trace;
}

std::string error_with(const pb::Patch& patched) {
  auto reader = trace_with(patched).try_read();
  return reader ? Replayed(*std::move(reader)).error() : reader.error().message;
}

Bytes code_seen(Replayed& replayed) {
  return *read_bytes(ReplayedMemory(replayed.replay(), kTid), RemoteAddress(kCode),
                     program().size());
}

std::uint64_t rip(Replayed& replayed) { return replayed.replay().registers(kTid)->rip; }

TEST(Patch, IsRunThroughWhereverItsStubIs) {
  for (const std::uint64_t stub : {agent::kLowStubs, agent::kEnd - 11, kNearStub}) {
    Replayed replayed(trace_with(patch(stub)).read());
    EXPECT_EQ(replayed.run<Ended>().tasks_left, 0u);
  }
}

TEST(Patch, IsNotSeen) {
  Replayed replayed(trace_with(patch(kNearStub)).read());
  EXPECT_TRUE(equal(code_seen(replayed), program()));
  std::array<std::byte, 2> part{};
  const ReplayedMemory memory(replayed.replay(), kTid);
  ASSERT_TRUE(memory.read(RemoteAddress(kSite + 4), part));
  EXPECT_TRUE(equal(part, program().subspan(kSite + 4 - kCode, 2)));
  EXPECT_EQ(replayed.replay().mappings(kStream).size(), 3u);
}

TEST(Patch, IsNotSteppedInto) {
  Replayed replayed(trace_with(patch(kNearStub)).read());
  for (const std::uint64_t next : {kSite, kSite + 1, kSyscall, kSyscall + 2}) {
    replayed.came_to<Reached>(replayed.replay().step_instruction());
    EXPECT_EQ(rip(replayed), next);
  }
  EXPECT_TRUE(replayed.replay().position()->at_event);
  replayed.run<Ended>();
}

TEST(Patch, IsThereAgainForWhoComesLater) {
  Replayed replayed(trace_with(patch(kNearStub)).read());
  replayed.came_to<Reached>(replayed.replay().step_instruction());
  replayed.came_to<Reached>(replayed.replay().step_instruction());
  EXPECT_EQ(rip(replayed), kSite + 1);
  replayed.run<Ended>();
}

TEST(Patch, KeepsNoBreakpointFromBeingHit) {
  for (const std::uint64_t address : {kSite, kSite + 1, kSyscall, kSyscall + 2}) {
    Replayed replayed(trace_with(patch(kNearStub)).read());
    ASSERT_TRUE(replayed.replay().add_breakpoint({kStream, RemoteAddress(address)}));
    EXPECT_EQ(replayed.run<BreakpointHit>().address.value(), address);
    EXPECT_TRUE(equal(code_seen(replayed), program()));
    replayed.run<Ended>();
  }
}

TEST(Patch, CanBeMadeByACallAndTakenBack) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, program()));
  pb::Event first = call(kTid, at(0, SYS_getpid), 0, 7);
  *first.mutable_call()->mutable_outcome()->add_patch() = patch(kNearStub);
  trace.add(stream, first);
  pb::Event second = call(kTid, at(1, SYS_getpid), 0, 7);
  pb::Patch& back = *second.mutable_call()->mutable_outcome()->add_patch();
  back.set_site(kSite);
  back.set_code(std::string(as_text(program().subspan(kSite - kCode, kWindow))));
  trace.add(stream, second);
  Replayed replayed(std::move(trace).read());
  replayed.came_to<Reached>(replayed.replay().run_to(Order(1), Side::kAfter, Breakpoints::kHeed));
  EXPECT_TRUE(equal(code_seen(replayed), program()));
  replayed.run<Ended>();
  EXPECT_TRUE(equal(code_seen(replayed), program()));
}

TEST(Patch, IsForgottenWithItsMemory) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  pb::Event start = image(kTid, program());
  *start.mutable_image()->add_mapping() = mapping(0x800000, 0x1000, PROT_READ);
  pb::Patch elsewhere = patch(kNearStub);
  elsewhere.set_site(0x800ffd);
  *start.mutable_image()->add_patch() = elsewhere;
  elsewhere.set_site(0x800000);
  *start.mutable_image()->add_patch() = elsewhere;
  start.mutable_image()->mutable_mapping(3)->set_size(0x2000);
  trace.add(stream, start);
  pb::Event first = call(kTid, at(0, SYS_getpid), 0, 7);
  *first.mutable_call()->mutable_outcome()->add_change()->mutable_map() =
      mapping(0x800000, 0x2000, PROT_READ);
  trace.add(stream, first);
  Replayed replayed(std::move(trace).read());
  replayed.came_to<Reached>(replayed.replay().run_to(Order(1), Side::kAfter, Breakpoints::kHeed));
  const Bytes now =
      *read_bytes(ReplayedMemory(replayed.replay(), kTid), RemoteAddress(0x800000), 8);
  EXPECT_TRUE(equal(now, Bytes(8)));
}

TEST(Patch, OfWhatIsNotTheProgramsOwnCodeIsRefused) {
  const auto at_site = [](std::uint64_t site) {
    pb::Patch moved = patch(kNearStub);
    moved.set_site(site);
    return error_with(moved);
  };
  EXPECT_THAT(at_site(kMecrrPage), HasSubstr("no private memory of the program"));
  EXPECT_THAT(at_site(0x900000), HasSubstr("no private memory of the program"));
  EXPECT_THAT(at_site(kCode + 0xffd), HasSubstr("no private memory of the program"));
  EXPECT_THAT(at_site(kCode - 1), HasSubstr("no private memory of the program"));
  EXPECT_THAT(at_site(~std::uint64_t{0} - 8), HasSubstr("no private memory of the program"));
}

TEST(Patch, WhoseStubIsNotInMemoryForStubsIsRefused) {
  for (const std::uint64_t stub :
       {std::uint64_t{0}, kMecrrPage, agent::kCode, agent::kState, agent::kEnd - 3, kCode + 0x800,
        std::uint64_t{0x41fffd}, std::uint64_t{0x7fffffffeff0}, std::uint64_t{0xffffffffff600000},
        ~std::uint64_t{0} - 16}) {
    EXPECT_THAT(error_with(patch(stub)), HasSubstr("a stub at")) << std::hex << stub;
  }
}

TEST(Patch, OfAbsurdSizeIsRefused) {
  pb::Patch large = patch(kNearStub);
  large.set_code(std::string(65, 'x'));
  EXPECT_NE(error_with(large), "");
  large = patch(kNearStub);
  large.set_stub_code(std::string(129, 'x'));
  EXPECT_NE(error_with(large), "");
  large = patch(kNearStub);
  large.clear_code();
  EXPECT_NE(error_with(large), "");
}

TEST(Patch, ThatTakesBackWhatWasNotThereIsRefused) {
  pb::Patch back = patch(kNearStub);
  back.clear_stub_code();
  EXPECT_THAT(error_with(back), HasSubstr("was not so"));
}

TEST(Patch, HalfOverAnotherIsRefused) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  pb::Event start = image(kTid, program());
  *start.mutable_image()->add_patch() = patch(kNearStub);
  *start.mutable_image()->add_patch() = patch(kNearStub);  // the same again is none
  pb::Patch& other = *start.mutable_image()->add_patch();
  other = patch(kNearStub + 0x100);
  other.set_site(kSite + 2);
  trace.add(stream, start);
  EXPECT_THAT(Replayed(std::move(trace).read()).error(), HasSubstr("patched already"));
}

}  // namespace
}  // namespace mecrr::hand_made
