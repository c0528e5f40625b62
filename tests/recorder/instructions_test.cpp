#include "recorder/nondeterminism/instructions.h"

#include <gtest/gtest.h>
#include <x86intrin.h>

#include <initializer_list>

#include "recorder/nondeterminism/cpuid.h"

namespace mecrr {
namespace {

Bytes code(std::initializer_list<int> octets) {
  Bytes bytes;
  for (const int octet : octets) bytes.push_back(static_cast<std::byte>(octet));
  return bytes;
}

using Found = std::optional<NondeterministicInstruction>;
using enum InstructionKind;

TEST(DecodeInstruction, KnowsThePlainForms) {
  EXPECT_EQ(decode_instruction(code({0x0f, 0x31})), (Found{{kRdtsc, 2, 0, 0}}));
  EXPECT_EQ(decode_instruction(code({0x0f, 0x01, 0xf9})), (Found{{kRdtscp, 3, 0, 0}}));
  EXPECT_EQ(decode_instruction(code({0x0f, 0xa2})), (Found{{kCpuid, 2, 0, 0}}));
  EXPECT_EQ(decode_instruction(code({0x0f, 0xc7, 0xf3})), (Found{{kRdrand, 3, 3, 32}}));
  EXPECT_EQ(decode_instruction(code({0x0f, 0xc7, 0xf8})), (Found{{kRdseed, 3, 0, 32}}));
  EXPECT_EQ(decode_instruction(code({0xf3, 0x0f, 0xc7, 0xf9})), (Found{{kRdpid, 4, 1, 64}}));
}

TEST(DecodeInstruction, TakesSizeAndRegisterFromPrefixes) {
  EXPECT_EQ(decode_instruction(code({0x66, 0x0f, 0xc7, 0xf0})), (Found{{kRdrand, 4, 0, 16}}));
  EXPECT_EQ(decode_instruction(code({0x48, 0x0f, 0xc7, 0xf0})), (Found{{kRdrand, 4, 0, 64}}));
  EXPECT_EQ(decode_instruction(code({0x41, 0x0f, 0xc7, 0xff})), (Found{{kRdseed, 4, 15, 32}}));
  EXPECT_EQ(decode_instruction(code({0x66, 0x49, 0x0f, 0xc7, 0xf1})), (Found{{kRdrand, 5, 9, 64}}));
  EXPECT_EQ(decode_instruction(code({0xf3, 0x41, 0x0f, 0xc7, 0xfc})), (Found{{kRdpid, 5, 12, 64}}));
}

TEST(DecodeInstruction, ARexPrefixBeforeAnotherPrefixDoesNotCount) {
  EXPECT_EQ(decode_instruction(code({0x49, 0x66, 0x0f, 0xc7, 0xf1})), (Found{{kRdrand, 5, 1, 16}}));
}

TEST(DecodeInstruction, IgnoresPrefixesThatSayNothing) {
  EXPECT_EQ(decode_instruction(code({0x2e, 0x67, 0x0f, 0xa2})), (Found{{kCpuid, 4, 0, 0}}));
  EXPECT_EQ(decode_instruction(code({0xf3, 0x48, 0x0f, 0x31})), (Found{{kRdtsc, 4, 0, 0}}));
}

TEST(DecodeInstruction, RefusesRelatives) {
  EXPECT_FALSE(decode_instruction(code({0x0f, 0xc7, 0x37})));        // vmptrld (memory operand)
  EXPECT_FALSE(decode_instruction(code({0xf3, 0x0f, 0xc7, 0xf0})));  // senduipi
  EXPECT_FALSE(decode_instruction(code({0xf2, 0x0f, 0xc7, 0xf0})));
  EXPECT_FALSE(decode_instruction(code({0x0f, 0xc7, 0xc8})));
  EXPECT_FALSE(decode_instruction(code({0xf0, 0x0f, 0xa2})));  // lock
  EXPECT_FALSE(decode_instruction(code({0xf3, 0x0f, 0x01, 0xf9})));
  EXPECT_FALSE(decode_instruction(code({0x90, 0x0f, 0xa2})));
}

TEST(DecodeInstruction, NeedsTheWholeInstructionInAtMostFifteenBytes) {
  EXPECT_FALSE(decode_instruction({}));
  EXPECT_FALSE(decode_instruction(code({0x66})));
  EXPECT_FALSE(decode_instruction(code({0x0f})));
  EXPECT_FALSE(decode_instruction(code({0x0f, 0xc7})));
  EXPECT_FALSE(decode_instruction(code({0x0f, 0x01})));
  Bytes longest(13, std::byte{0x2e});
  append(longest, code({0x0f, 0xa2}));
  EXPECT_EQ(decode_instruction(longest), (Found{{kCpuid, 15, 0, 0}}));
  longest.insert(longest.begin(), std::byte{0x2e});
  EXPECT_FALSE(decode_instruction(longest));
}

constexpr std::uint64_t kOld = 0x1122'3344'5566'7788;
constexpr std::uint64_t kArithmeticFlags = 0x8d5;

Registers all_old() {
  Registers registers{};
  for (std::uint8_t number = 0; number < kRflagsNumber; ++number)
    register_by_number(registers, number) = kOld;
  registers.eflags = 0x202 | kArithmeticFlags;
  return registers;
}

Registers after(const NondeterministicInstruction& instruction) {
  Registers registers = all_old();
  mecrr::apply(execute_instruction(instruction, registers), registers);
  return registers;
}

TEST(ExecuteInstruction, RandomNumbersSetTheCarryFlagOnly) {
  for (const InstructionKind kind : {kRdrand, kRdseed})
    EXPECT_EQ(after({kind, 4, 9, 64}).eflags, 0x203u);
}

TEST(ExecuteInstruction, RandomNumbersReplaceAsMuchAsTheOperandIsWide) {
  EXPECT_NE(after({kRdrand, 4, 9, 64}).r9, kOld);
  EXPECT_EQ(after({kRdrand, 4, 9, 32}).r9 >> 32, 0u);
  EXPECT_EQ(after({kRdrand, 4, 9, 16}).r9 >> 16, kOld >> 16);
  EXPECT_NE(after({kRdrand, 4, 9, 64}).r9, after({kRdrand, 4, 9, 64}).r9);
}

TEST(ExecuteInstruction, LeavesOtherRegistersAlone) {
  Registers expected = all_old();
  const Registers got = after({kRdseed, 3, 6, 32});
  expected.rsi = got.rsi;
  expected.eflags = got.eflags;
  EXPECT_TRUE(got == expected);
}

TEST(ExecuteInstruction, TheCounterIsNearTheProcessorsOwnAndGoesForward) {
  constexpr std::uint64_t kNear = 100'000'000;  // ticks: some 30 ms, whatever the machine
  std::uint64_t last = 0;
  for (const InstructionKind kind : {kRdtsc, kRdtscp}) {
    const std::uint64_t before = __rdtsc();
    const Registers got = after({kind, 2, 0, 0});
    const std::uint64_t behind = __rdtsc();
    EXPECT_EQ(got.rax >> 32, 0u);
    EXPECT_EQ(got.rdx >> 32, 0u);
    const std::uint64_t counter = got.rdx << 32 | got.rax;
    EXPECT_LE(before, counter + kNear);
    EXPECT_LE(counter, behind + kNear);
    EXPECT_LE(last, counter);
    last = counter;
    EXPECT_EQ(got.eflags, 0x202 | kArithmeticFlags);
  }
}

TEST(ExecuteInstruction, RdtscpAlsoSaysWhichProcessor) {
  EXPECT_EQ(after({kRdtsc, 2, 0, 0}).rcx, kOld);
  EXPECT_EQ(after({kRdtscp, 3, 0, 0}).rcx >> 32, 0u);
  EXPECT_EQ(after({kRdpid, 4, 12, 64}).r12 >> 32, 0u);
}

TEST(ExecuteInstruction, CpuidAnswersTheQuestionInTheLowHalves) {
  Registers registers = all_old();
  registers.rax = 0xffff'ffff'0000'0007;
  registers.rcx = 0xffff'ffff'0000'0000;
  const CpuidResult expected = visible_cpuid({7, 0});
  mecrr::apply(execute_instruction({kCpuid, 2, 0, 0}, registers), registers);
  EXPECT_EQ(registers.rax, expected.eax);
  EXPECT_EQ(registers.rbx, expected.ebx);
  EXPECT_EQ(registers.rcx, expected.ecx);
  EXPECT_EQ(registers.rdx, expected.edx);
}

TEST(RegisterByNumber, FollowsTheEncodingOfInstructions) {
  Registers registers{};
  registers.rbx = 3;
  registers.rsp = 4;
  registers.rdi = 7;
  registers.r8 = 8;
  registers.r15 = 15;
  registers.eflags = 16;
  for (const std::uint8_t number : {3, 4, 7, 8, 15, 16})
    EXPECT_EQ(register_by_number(registers, number), number);
}

}  // namespace
}  // namespace mecrr
