// rdtsc and rdtscp, as the agent tells them.
#include <gtest/gtest.h>
#include <sched.h>

#include <ctime>

#include "device/agent/code.h"
#include "device/patching/patch_window.h"
#include "tests/device/agent/site.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kFlags = 0x202;
constexpr std::uint64_t kFlagSets[] = {kFlags,         kFlags | 1,     kFlags | 4,
                                       kFlags | 0x10,  kFlags | 0x40,  kFlags | 0x80,
                                       kFlags | 0x400, kFlags | 0x800, kFlags | 0xcd5};
constexpr std::uint64_t kStart = 0x7654'3210'0000;
constexpr std::uint64_t kTicksInNs = 2;

std::uint64_t clock_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

CounterScale scale() { return {.ticks = kStart, .ns = clock_ns(), .scale = kTicksInNs << 32}; }

CallRegisters asking(Site& site, std::uint64_t flags = kFlags) {
  CallRegisters registers = site.registers();
  registers.rax = registers.rdx = registers.rcx = ~std::uint64_t{0};
  registers.flags = flags;
  return registers;
}

/// All but rax, rdx and rcx.
void expect_others_kept(const CallRegisters& before, const CallRegisters& after) {
  EXPECT_EQ(after.rbx, before.rbx);
  EXPECT_EQ(after.rsi, before.rsi);
  EXPECT_EQ(after.rdi, before.rdi);
  EXPECT_EQ(after.rbp, before.rbp);
  EXPECT_EQ(after.rsp, before.rsp);
  EXPECT_EQ(after.r8, before.r8);
  EXPECT_EQ(after.r9, before.r9);
  EXPECT_EQ(after.r10, before.r10);
  EXPECT_EQ(after.r11, before.r11);
  EXPECT_EQ(after.r12, before.r12);
  EXPECT_EQ(after.r13, before.r13);
  EXPECT_EQ(after.r14, before.r14);
  EXPECT_EQ(after.r15, before.r15);
  EXPECT_EQ(after.flags, before.flags);
}

std::uint64_t counter_of(const CallRegisters& registers) {
  EXPECT_EQ(registers.rax >> 32, 0u);
  EXPECT_EQ(registers.rdx >> 32, 0u);
  return registers.rdx << 32 | registers.rax;
}

TEST(AgentCounter, IsWhereStubsJumpTo) {
  EXPECT_EQ(kCounterSlot, 0x11048u);  // site.S
  EXPECT_GT(code_head().counter, kCode);
  EXPECT_GT(code_head().counter_end, code_head().counter);
  EXPECT_LT(code_head().counter_end, kCode + code().size());
}

TEST(AgentCounter, IsTheClockInTheUnitThatWasSaid) {
  Site site;
  site.state().counter = scale();
  std::uint64_t last = kStart;
  for (const std::uint64_t flags : kFlagSets) {
    const CallRegisters before = asking(site, flags);
    const CallRegisters after = site.rdtsc(before);
    expect_others_kept(before, after);
    EXPECT_EQ(after.rcx, before.rcx);
    const std::uint64_t counter = counter_of(after);
    EXPECT_GE(counter, last);
    EXPECT_LE(counter, counter_at(site.state().counter, clock_ns()));
    last = counter;
  }
  EXPECT_EQ(site.state().calls, std::size(kFlagSets));
  EXPECT_EQ(site.state().in_counter, 0u);
  EXPECT_TRUE(site.red_zone_is_whole());
}

TEST(AgentCounter, IsLoggedAsARecordWithoutParts) {
  Site site;
  site.state().counter = scale();
  const CallRegisters after = site.rdtsc(asking(site));
  const auto logged = site.logged();
  ASSERT_EQ(logged.size(), 1u);
  EXPECT_EQ(logged[0].record.number, kRdtscRecord);
  EXPECT_EQ(static_cast<std::uint64_t>(logged[0].record.result), counter_of(after));
  EXPECT_EQ(logged[0].record.rip, kCounterSite);
  EXPECT_EQ(logged[0].record.rsp, site.registers().rsp);
  EXPECT_EQ(logged[0].record.arguments, 0u);
  EXPECT_EQ(logged[0].record.parts, 0u);
}

TEST(AgentCounter, RdtscpAlsoSaysWhichProcessor) {
  Site site;
  site.state().counter = scale();
  const CallRegisters before = asking(site);
  const CallRegisters after = site.rdtscp(before);
  expect_others_kept(before, after);
  EXPECT_LT(after.rcx & 0xfff, static_cast<std::uint64_t>(CPU_SETSIZE));
  const auto logged = site.logged();
  ASSERT_EQ(logged.size(), 1u);
  EXPECT_EQ(logged[0].record.number, kRdtscpRecord);
  EXPECT_EQ(logged[0].arguments, std::vector{after.rcx});
}

TEST(AgentCounter, IsAnsweredAsItWasTold) {
  Site site;
  site.state().counter = scale();
  const CallRegisters first = site.rdtsc(asking(site));
  const CallRegisters second = site.rdtscp(asking(site));
  site.answer();
  for (const auto& [told, answered] :
       {std::pair{first, site.rdtsc(asking(site))}, std::pair{second, site.rdtscp(asking(site))}}) {
    EXPECT_EQ(answered.rax, told.rax);
    EXPECT_EQ(answered.rdx, told.rdx);
    EXPECT_EQ(answered.rcx, told.rcx);
  }
  EXPECT_EQ(site.state().calls, 2u);
  EXPECT_EQ(site.state().differs, 0u);
}

TEST(AgentCounter, WhatIsNotNextInTheLogDiffersAndIsLeftToTheInstruction) {
  Site site;
  site.state().counter = scale();
  site.rdtscp(asking(site));
  site.answer();
  expect_others_kept(asking(site), site.rdtsc(asking(site)));
  EXPECT_EQ(site.state().differs, 1u);
  EXPECT_EQ(site.state().log_used, 0u);
  EXPECT_EQ(site.state().calls, 0u);
}

TEST(AgentCounter, TheLastOfALogIsLeftToTheInstructionIfAStopIsWanted) {
  Site site;
  site.state().counter = scale();
  site.rdtsc(asking(site));
  site.rdtsc(asking(site));
  site.answer();
  site.state().trap_at_end = 1;
  site.rdtsc(asking(site));
  EXPECT_EQ(site.state().calls, 1u);
  site.rdtsc(asking(site));
  EXPECT_EQ(site.state().calls, 1u);
  EXPECT_EQ(site.state().differs, 0u);
}

TEST(AgentCounter, IsLeftToTheInstructionWhenTheAgentIsOffOrFullOrAskedToStopOrKnowsNoScale) {
  Site site;
  const auto expect_left = [&] {
    for (const std::uint64_t flags : kFlagSets) {
      const CallRegisters before = asking(site, flags);
      expect_others_kept(before, site.rdtsc(before));
    }
    EXPECT_EQ(site.state().calls, 0u);
    EXPECT_TRUE(site.logged().empty());
  };
  expect_left();
  site.state().counter = scale();
  site.state().stop_requested = 1;
  expect_left();
  site.state().stop_requested = 0;
  site.state().log_bytes = sizeof(CallRecord) - 8;
  expect_left();
  site.state().log_bytes = kLogBytes;
  site.state().mode = Mode::kOff;
  expect_left();
  EXPECT_TRUE(site.red_zone_is_whole());
}

}  // namespace
}  // namespace mecrr::agent
