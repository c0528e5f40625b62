// cpuid, as the agent answers it.
#include <gtest/gtest.h>

#include "device/agent/code.h"
#include "device/patching/patch_window.h"
#include "tests/device/agent/site.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kFlags = 0x202;
constexpr std::uint64_t kFlagSets[] = {kFlags,         kFlags | 1,     kFlags | 4,
                                       kFlags | 0x10,  kFlags | 0x40,  kFlags | 0x80,
                                       kFlags | 0x400, kFlags | 0x800, kFlags | 0xcd5};
constexpr std::uint64_t kUpperHalf = 0xabcd'0000'0000;

CpuidTable table() {
  CpuidTable table{};
  table.rows[0] = {cpuid_question(7, 1), kThisSubleaf, 10, 20, 30, 40};
  table.rows[1] = {cpuid_question(1, 0), kAnySubleaf, 0xffff'ffff, 2, 0x8000'0000, 4};
  table.rows[2] = {cpuid_question(0x8000'0008, 0), kAnySubleaf, 5, 6, 7, 8};
  table.count = 3;
  return table;
}

/// All but what cpuid overwrites.
void expect_others_kept(const CallRegisters& before, const CallRegisters& after) {
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

void expect_answer(const CallRegisters& before, const CallRegisters& after, const CpuidRow& row) {
  EXPECT_EQ(after.raw, 0u);
  EXPECT_EQ(after.rax, row.eax);
  EXPECT_EQ(after.rbx, row.ebx);
  EXPECT_EQ(after.rcx, row.ecx);
  EXPECT_EQ(after.rdx, row.edx);
  expect_others_kept(before, after);
}

CallRegisters asking(Site& site, std::uint64_t leaf, std::uint64_t subleaf, std::uint64_t flags) {
  CallRegisters registers = site.registers();
  registers.rax = kUpperHalf | leaf;
  registers.rbx = kUpperHalf | 2;
  registers.rcx = kUpperHalf | subleaf;
  registers.rdx = kUpperHalf | 4;
  registers.flags = flags;
  return registers;
}

TEST(AgentCpuid, IsWhereStubsJumpTo) {
  EXPECT_EQ(kCpuidSlot, 0x11038u);  // site.S
  EXPECT_EQ(kCpuidRdx, 0x200d8u);
  EXPECT_GT(code_head().cpuid, kCode);
  EXPECT_GT(code_head().cpuid_end, code_head().cpuid);
  EXPECT_LT(code_head().cpuid_end, kCode + code().size());
}

TEST(AgentCpuid, AnswersFromTheTableWithUpperHalvesClearAndAllElseKept) {
  Site site;
  site.answer_cpuid(table());
  for (const Mode mode : {Mode::kRecord, Mode::kOff, Mode::kAnswer}) {
    site.state().mode = mode;
    for (const std::uint64_t flags : kFlagSets) {
      const CallRegisters before = asking(site, 7, 1, flags);
      expect_answer(before, site.cpuid(before), table().rows[0]);
    }
  }
  EXPECT_EQ(site.state().calls, 0u);
  EXPECT_TRUE(site.logged().empty());
  EXPECT_TRUE(site.red_zone_is_whole());
}

TEST(AgentCpuid, LooksAtTheSubleafWhereItMattersOnly) {
  Site site;
  site.answer_cpuid(table());
  for (const std::uint64_t subleaf : {0u, 1u, 0xffff'ffffu}) {
    const CallRegisters before = asking(site, 1, subleaf, kFlags);
    expect_answer(before, site.cpuid(before), table().rows[1]);
    const CallRegisters extended = asking(site, 0x8000'0008, subleaf, kFlags);
    expect_answer(extended, site.cpuid(extended), table().rows[2]);
  }
  EXPECT_EQ(site.cpuid(asking(site, 7, 2, kFlags)).raw, 1u);
}

TEST(AgentCpuid, LeavesWhatIsNotInTheTableToTheSite) {
  Site site;
  for (const CpuidTable& known : {CpuidTable{}, table()}) {
    site.answer_cpuid(known);
    for (const std::uint64_t flags : kFlagSets) {
      const CallRegisters before = asking(site, 7, 0, flags);
      const CallRegisters after = site.cpuid(before);
      EXPECT_EQ(after.raw, 1u);
      EXPECT_EQ(after.rax, before.rax);
      EXPECT_EQ(after.rbx, before.rbx);
      EXPECT_EQ(after.rcx, before.rcx);
      EXPECT_EQ(after.rdx, before.rdx);
      expect_others_kept(before, after);
    }
  }
  EXPECT_TRUE(site.red_zone_is_whole());
}

TEST(AgentCpuid, FindsTheSameRowsAsTheDevice) {
  const CpuidTable known = table();
  EXPECT_EQ(find_row(known, cpuid_question(7, 1)), &known.rows[0]);
  EXPECT_EQ(find_row(known, cpuid_question(7, 0)), nullptr);
  EXPECT_EQ(find_row(known, cpuid_question(kUpperHalf | 1, kUpperHalf | 9)), &known.rows[1]);
  EXPECT_EQ(find_row(known, cpuid_question(0x8000'0008, 3)), &known.rows[2]);
}

}  // namespace
}  // namespace mecrr::agent
