// The way in and out: registers, flags, the program's stack.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device/agent/code.h"
#include "tests/device/agent/site.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kCarry = 1, kParity = 4, kAdjust = 0x10, kZero = 0x40, kSign = 0x80,
                        kDirection = 0x400, kOverflow = 0x800, kAlways = 0x202;
constexpr std::uint64_t kFlagSets[] = {
    kAlways,
    kAlways | kCarry,
    kAlways | kParity,
    kAlways | kAdjust,
    kAlways | kZero,
    kAlways | kSign,
    kAlways | kDirection,
    kAlways | kOverflow,
    kAlways | kCarry | kParity | kAdjust | kZero | kSign | kDirection | kOverflow};

void expect_kept(const CallRegisters& before, const CallRegisters& after) {
  EXPECT_EQ(after.rbx, before.rbx);
  EXPECT_EQ(after.rdx, before.rdx);
  EXPECT_EQ(after.rsi, before.rsi);
  EXPECT_EQ(after.rdi, before.rdi);
  EXPECT_EQ(after.rbp, before.rbp);
  EXPECT_EQ(after.rsp, before.rsp);
  EXPECT_EQ(after.r8, before.r8);
  EXPECT_EQ(after.r9, before.r9);
  EXPECT_EQ(after.r10, before.r10);
  EXPECT_EQ(after.r12, before.r12);
  EXPECT_EQ(after.r13, before.r13);
  EXPECT_EQ(after.r14, before.r14);
  EXPECT_EQ(after.r15, before.r15);
  EXPECT_EQ(after.flags, before.flags);
}

TEST(AgentEntry, IsWhereItsHeadSays) {
  const CodeHead head = code_head();
  for (const std::uint64_t address :
       {head.entry, head.abandon, head.behind_call, head.behind_trap}) {
    EXPECT_GT(address, kCode);
    EXPECT_LT(address, kCode + code().size());
  }
  const std::uint8_t* bytes = as_octets(code());
  EXPECT_EQ(bytes[head.behind_call - kCode - 2], 0x0f);
  EXPECT_EQ(bytes[head.behind_call - kCode - 1], 0x05);
  EXPECT_EQ(bytes[head.behind_trap - kCode - 1], 0xcc);
}

TEST(AgentEntry, LeavesRegistersAndFlagsAsTheKernelDoes) {
  Site site;
  for (const std::uint64_t flags : kFlagSets) {
    CallRegisters before = site.registers();
    before.rax = SYS_getpid;
    before.flags = flags;
    const CallRegisters after = site.call(before);
    EXPECT_EQ(after.raw, 0u);
    EXPECT_EQ(after.rax, static_cast<std::uint64_t>(::getpid()));
    EXPECT_EQ(after.rcx, Site::back());
    EXPECT_EQ(after.r11, flags);
    expect_kept(before, after);
  }
  EXPECT_EQ(site.state().calls, std::size(kFlagSets));
  EXPECT_TRUE(site.red_zone_is_whole());
}

TEST(AgentEntry, AbandonsWithAllRegistersAsTheyWere) {
  Site site;
  for (const std::uint64_t flags : kFlagSets) {
    CallRegisters before = site.registers();
    before.rax = SYS_exit_group;
    before.flags = flags;
    const CallRegisters after = site.call(before);
    EXPECT_EQ(after.raw, 1u);
    EXPECT_EQ(after.rax, before.rax);
    expect_kept(before, after);
  }
  EXPECT_EQ(site.state().calls, 0u);
  EXPECT_EQ(site.state().abandoned, Abandoned::kCall);
  EXPECT_TRUE(site.logged().empty());
  EXPECT_TRUE(site.red_zone_is_whole());
}

TEST(AgentEntry, GoesStraightToTheCallWhenItIsOff) {
  Site site;
  site.state().mode = Mode::kOff;
  for (const std::uint64_t flags : kFlagSets) {
    CallRegisters before = site.registers();
    before.rax = SYS_getpid;
    before.flags = flags;
    const CallRegisters after = site.call(before);
    EXPECT_EQ(after.raw, 1u);
    EXPECT_EQ(after.rax, before.rax);
    expect_kept(before, after);
  }
}

TEST(AgentEntry, AbandonsWhatFaultsInsideOfIt) {
  Site site;
  CallRegisters before = site.registers();
  before.rax = SYS_access;
  before.rdi = 8;  // no memory there
  const CallRegisters after = site.call(before);
  EXPECT_EQ(after.raw, 1u);
  EXPECT_EQ(after.rax, before.rax);
  expect_kept(before, after);
  EXPECT_TRUE(site.logged().empty());
}

TEST(AgentEntry, StopsWhenItIsAskedTo) {
  Site site;
  site.state().stop_requested = 1;
  EXPECT_TRUE(site.call(SYS_getpid).raw);
  EXPECT_EQ(site.state().abandoned, Abandoned::kRequested);
  site.state().stop_requested = 0;
  EXPECT_FALSE(site.call(SYS_getpid).raw);
}

}  // namespace
}  // namespace mecrr::agent
