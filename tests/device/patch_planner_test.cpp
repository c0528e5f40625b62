#include "device/patching/patch_planner.h"

#include <gtest/gtest.h>

#include <string>

namespace mecrr {
namespace {

using Plan = std::expected<PatchWindow, PatchRefusal>;

/// Of the last `syscall` in a function that goes on with ret. "31 c0" and so on.
Plan plan(const std::string& hex, std::string_view behind = "c3") {
  Bytes function;
  const auto append_hex = [&](std::string_view text) {
    for (std::size_t at = 0; at + 1 < text.size(); at += 3)
      function.push_back(
          static_cast<std::byte>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16)));
  };
  append_hex(hex + " 0f 05 ");
  const std::uint64_t call = function.size() - 2;
  append_hex(behind);
  return PatchPlanner().plan(function, map_code(function), call);
}

/// Of the first rdtsc in a function that begins with `before`.
Plan plan_counter(const std::string& before, const std::string& rest) {
  Bytes function;
  for (const std::string& hex : {before, rest})
    for (std::size_t at = 0; at + 1 < hex.size(); at += 3)
      function.push_back(static_cast<std::byte>(std::stoi(hex.substr(at, 2), nullptr, 16)));
  return PatchPlanner().plan(function, map_code(function), (before.size() + 1) / 3);
}

constexpr auto refused(PatchRefusal why) { return std::unexpected(why); }

using enum PatchRefusal;

TEST(PatchPlanner, TakesTheFewestInstructionsWithRoomForAJump) {
  EXPECT_EQ(plan("31 ff b8 27 00 00 00")->size(), 5U);
  EXPECT_EQ(plan("90 90 31 ff 31 f6 31 c0")->size(), 6U);
  EXPECT_EQ(plan("90 48 89 fe 89 f8")->size(), 5U);
}

TEST(PatchPlanner, GoesNotBeyondWhereTheFunctionBeginsOrAnotherPathEnds) {
  EXPECT_EQ(plan("31 ff 31 c0"), refused(kTooLittleRoom));
  EXPECT_EQ(plan("74 05 e8 00 00 00 00 90 31 ff 31 c0")->size(), 5U);  // from behind the call
  EXPECT_EQ(plan("e8 00 00 00 00 31 ff 31 c0"), refused(kTooLittleRoom));
  EXPECT_EQ(plan("74 02 eb fc 31 ff 31 c0"), refused(kTooLittleRoom));  // behind a jump
  EXPECT_EQ(plan("ff d0 31 ff 31 c0"), refused(kCannotMove));           // an indirect call
}

TEST(PatchPlanner, NeedsTheCallToBeReached) {
  EXPECT_EQ(plan("c3 b8 27 00 00 00"), refused(kNotReached));
  EXPECT_EQ(plan("b8 27 00 00 00 b8 00 00"), refused(kNotReached));  // it is an immediate
}

TEST(PatchPlanner, NothingMayEnterBetweenItsInstructions) {
  // jz to the second of: mov %edi,%edx; xor %edi,%edi; xor %eax,%eax
  EXPECT_EQ(plan("74 02 89 fa 31 ff 31 c0"), refused(kBranchInside));
  EXPECT_TRUE(plan("74 00 89 fa 31 ff 31 c0"));  // to the first
  EXPECT_TRUE(plan("74 06 89 fa 31 ff 31 c0"));  // to the call
  EXPECT_EQ(plan("89 fa 31 ff 31 c0", "eb f8 c3"), refused(kBranchInside));
  EXPECT_EQ(plan("89 fa 31 ff 31 c0", "0f 84 f4 ff ff ff c3"), refused(kBranchInside));
  EXPECT_TRUE(plan("89 fa 31 ff 31 c0", "0f 84 f2 ff ff ff c3"));
  // a call, too
  EXPECT_EQ(plan("89 fa 31 ff 31 c0", "e8 f5 ff ff ff c3"), refused(kBranchInside));
}

TEST(PatchPlanner, WhatIsNotReachedMayBeAJump) {
  EXPECT_EQ(plan("89 fa 31 ff 31 c0", "c3 eb f7"), refused(kBranchInside));
  EXPECT_TRUE(plan("b8 27 00 00 00", "c3 eb f8"));              // nothing is between its bytes
  EXPECT_TRUE(plan("89 fa 31 ff 31 c0", "b8 eb f6 00 00 c3"));  // certainly an immediate
}

TEST(PatchPlanner, OverlappingInstructionsAreEntered) {
  // jz into the lock prefix's instruction: 1: lock cmpxchg …, as glibc once did
  EXPECT_EQ(plan("74 01 f0 48 0f b1 3d 00 01 00 00"), refused(kBranchInside));
}

TEST(PatchPlanner, UnknownJumpsLeaveOnlySingleInstructions) {
  const std::string to_a_table = "74 02 ff e0 ";
  EXPECT_TRUE(plan(to_a_table + "31 ff b8 27 00 00 00"));
  EXPECT_EQ(plan(to_a_table + "89 fa 31 ff 31 c0"), refused(kIndirectJumps));
  // through the table of functions elsewhere
  EXPECT_TRUE(plan("74 06 ff 25 00 01 00 00 89 fa 31 ff 31 c0"));
  // endbr64 in the middle
  EXPECT_EQ(plan("31 ff f3 0f 1e fa"), refused(kIndirectJumps));
  EXPECT_TRUE(plan("f3 0f 1e fa 31 c0"));
}

TEST(PatchPlanner, OnlyTheFirstMayFault) {
  EXPECT_TRUE(plan("48 8b 38 31 f6 31 c0"));  // mov (%rax), %rdi
  EXPECT_EQ(plan("31 f6 48 8b 38"), refused(kMayFault));
  EXPECT_EQ(plan("31 f6 48 8b 7d 08"), refused(kMayFault));  // rbp may be anything
  EXPECT_EQ(plan("31 f6 48 8b 3c 04"), refused(kMayFault));  // (%rsp,%rax)
  EXPECT_EQ(plan("31 f6 64 8b 38"), refused(kMayFault));     // %fs:(%rax)
  EXPECT_EQ(plan("31 f6 f7 f1"), refused(kTooLittleRoom));
  EXPECT_EQ(plan("89 fa 31 f6 f7 f1"), refused(kMayFault));      // div %ecx
  EXPECT_TRUE(plan("31 f6 8b 7c 24 08"));                        // 8(%rsp)
  EXPECT_TRUE(plan("31 f6 31 c0 57"));                           // push
  EXPECT_TRUE(plan("89 fa 48 8d 38"));                           // lea touches nothing
  EXPECT_EQ(plan("31 f6 64 8b 04 25 d0 02 00 00")->size(), 8U);  // %fs:0x2d0
  EXPECT_TRUE(plan("85 c0 8b 05 00 01 00 00"));
}

TEST(PatchPlanner, LeavesWhatIsTiedToItsPlace) {
  EXPECT_EQ(plan("0f a2 31 ff 31 c0"), refused(kCannotMove));     // cpuid
  EXPECT_EQ(plan("0f 31 31 ff 31 c0"), refused(kCannotMove));     // rdtsc
  EXPECT_EQ(plan("0f 05 31 ff 31 c0"), refused(kCannotMove));     // another syscall
  EXPECT_EQ(plan("cd 80 31 ff 31 c0"), refused(kCannotMove));     // int
  EXPECT_EQ(plan("cc 31 ff 31 c0"), refused(kCannotMove));        // int3
  EXPECT_EQ(plan("8e d8 31 ff 31 c0"), refused(kCannotMove));     // mov %eax, %ds
  EXPECT_EQ(plan("9d 31 ff 31 c0"), refused(kCannotMove));        // popf
  EXPECT_EQ(plan("67 8b 05 00 01 00 00"), refused(kCannotMove));  // (%eip)
  EXPECT_EQ(plan("e3 05 31 ff 31 c0"), refused(kCannotMove));     // jrcxz
  EXPECT_EQ(plan("48 c7 c0 0f 00 00 00"), refused(kSignalReturn));
}

TEST(PatchPlanner, AWindowOfRdtscIsItselfAndTheFewestInstructionsBehindIt) {
  EXPECT_EQ(plan_counter("", "0f 31 48 c1 e2 20 48 09 d0 c3")->size(), 6U);
  EXPECT_EQ(plan_counter("", "0f 31 89 c0 89 d2 c3")->size(), 6U);
  EXPECT_EQ(plan_counter("", "0f 01 f9 89 c0 c3")->size(), 5U);          // rdtscp
  EXPECT_EQ(plan_counter("e8 00 00 00 00 ", "0f 31 b8 01 00 00 00 c3"),  // behind a call
            plan_counter("", "0f 31 b8 01 00 00 00 c3"));
  EXPECT_EQ(plan_counter("", "0f 31 89 c0 c3"), refused(kTooLittleRoom));
  EXPECT_EQ(plan_counter("", "0f 31 89 c0 e8 00 00 00 00 c3"), refused(kTooLittleRoom));  // a call
  EXPECT_EQ(plan_counter("", "0f 31 74 01 90 c3"), refused(kTooLittleRoom));              // a jump
  EXPECT_EQ(plan_counter("", "0f 31 89 c0 0f 31 c3"), refused(kCannotMove));
  EXPECT_EQ(plan_counter("", "0f 31 48 89 07 c3"), refused(kMayFault));  // mov to (%rdi)
  EXPECT_TRUE(plan_counter("", "0f 31 48 89 44 24 08 c3"));              // to the stack
  EXPECT_TRUE(plan_counter("74 00 ", "0f 31 48 c1 e2 20 c3"));           // jumped to
  EXPECT_EQ(plan_counter("74 02 ", "0f 31 48 c1 e2 20 c3"), refused(kBranchInside));
  EXPECT_EQ(plan_counter("74 02 ff e0 ", "0f 31 48 c1 e2 20 c3"), refused(kIndirectJumps));
  EXPECT_EQ(plan_counter("c3 ", "0f 31 48 c1 e2 20 c3"), refused(kNotReached));
}

TEST(PatchPlanner, LeavesWhatCapstoneDoesNotKnow) {
  EXPECT_EQ(plan("62 f5 7c 48 58 c1"), refused(kUnknownInstruction));  // vaddph
}

TEST(PatchRefusal, HasATextForEach) {
  for (std::size_t i = 0; i < kPatchRefusals; ++i)
    EXPECT_FALSE(text(static_cast<PatchRefusal>(i)).empty());
}

}  // namespace
}  // namespace mecrr
