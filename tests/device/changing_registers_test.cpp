// Loops in machine code that is written here by hand.
#include "device/code/changing_registers.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace mecrr {
namespace {

using Numbers = std::vector<std::uint8_t>;

constexpr std::uint8_t kRax = 0, kRcx = 1, kRdx = 2, kRbx = 3, kR8 = 8, kR11 = 11;

Numbers numbers_of(std::initializer_list<int> octets) {
  Bytes code;
  for (const int octet : octets) code.push_back(std::byte(octet));
  return changing_registers(RemoteAddress(0x1000), code);
}

TEST(ChangingRegisters, ThoseThatCountComeFirst) {
  // mov %rdx, %rax; add $1, %r11; dec %ecx; jne -12
  EXPECT_EQ(numbers_of({0x48, 0x89, 0xd0, 0x49, 0x83, 0xc3, 0x01, 0xff, 0xc9, 0x75, 0xf4}),
            (Numbers{kR11, kRcx, kRax}));
}

TEST(ChangingRegisters, WhatIsBehindTheJumpBackwardsIsNotLookedAt) {
  // inc %eax; jne -4; inc %ebx
  EXPECT_EQ(numbers_of({0xff, 0xc0, 0x75, 0xfc, 0xff, 0xc3}), Numbers{kRax});
}

TEST(ChangingRegisters, AJumpForwardsMayNotBeTaken) {
  // inc %eax; jne +2; inc %ebx; inc %edx; ret
  EXPECT_EQ(numbers_of({0xff, 0xc0, 0x75, 0x02, 0xff, 0xc3, 0xff, 0xc2, 0xc3}),
            (Numbers{kRax, kRbx, kRdx}));
}

TEST(ChangingRegisters, ARegisterThatIsMadeZeroDoesNotCount) {
  // xor %eax, %eax; inc %r8; ret
  EXPECT_EQ(numbers_of({0x31, 0xc0, 0x49, 0xff, 0xc0, 0xc3}), (Numbers{kR8, kRax}));
}

TEST(ChangingRegisters, TheStackPointerIsLeftOut) {
  // push %rax; pop %rbx; ret
  EXPECT_EQ(numbers_of({0x50, 0x5b, 0xc3}), Numbers{kRbx});
}

TEST(ChangingRegisters, PartsOfARegisterAreTheRegister) {
  // inc %ah; inc %r11b; ret
  EXPECT_EQ(numbers_of({0xfe, 0xc4, 0x41, 0xfe, 0xc3, 0xc3}), (Numbers{kRax, kR11}));
}

TEST(ChangingRegisters, NoCodeChangesNothing) { EXPECT_EQ(numbers_of({}), Numbers{}); }

}  // namespace
}  // namespace mecrr
