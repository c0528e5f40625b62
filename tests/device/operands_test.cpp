// What instructions are about to do with memory.
#include "device/code/operands.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace mecrr {
namespace {

Operands operands_of(std::initializer_list<int> octets, const Registers& registers) {
  Bytes code;
  for (const int octet : octets) code.push_back(std::byte(octet));
  OperandReader reader;
  return reader.read(code, registers);
}

Registers registers() {
  Registers registers{};
  registers.rip = 0x1000;
  registers.rax = 0x10;
  registers.rbx = 0x20000;
  registers.rsp = 0x7000;
  registers.fs_base = 0x500000;
  return registers;
}

TEST(Operands, OfAnAddressWithBaseIndexAndDisplacement) {
  const Operands read =
      operands_of({0x8b, 0x4c, 0x83, 0x08}, registers());  // mov 8(%rbx,%rax,4),%ecx
  EXPECT_EQ(read.length, 4U);
  ASSERT_EQ(read.memory.size(), 1U);
  EXPECT_EQ(read.memory[0].range, (RemoteRange{RemoteAddress(0x20048), 4}));
  EXPECT_FALSE(read.memory[0].is_written);
}

TEST(Operands, AReadModifyWriteIsWritten) {
  const Operands read = operands_of({0x48, 0xff, 0x05, 0, 1, 0, 0}, registers());  // incq 256(%rip)
  ASSERT_EQ(read.memory.size(), 1U);
  EXPECT_EQ(read.memory[0].range, (RemoteRange{RemoteAddress(0x1107), 8}));
  EXPECT_TRUE(read.memory[0].is_written);
}

TEST(Operands, FsCountsFromItsBase) {
  // mov %fs:0x28,%rax
  const Operands read = operands_of({0x64, 0x48, 0x8b, 0x04, 0x25, 0x28, 0, 0, 0}, registers());
  ASSERT_EQ(read.memory.size(), 1U);
  EXPECT_EQ(read.memory[0].range.start, RemoteAddress(0x500028));
}

TEST(Operands, PushAndRetUseTheStack) {
  const Operands push = operands_of({0x55}, registers());
  ASSERT_EQ(push.memory.size(), 1U);
  EXPECT_EQ(push.memory[0].range, (RemoteRange{RemoteAddress(0x6ff8), 8}));
  const Operands ret = operands_of({0xc3}, registers());
  ASSERT_EQ(ret.memory.size(), 1U);
  EXPECT_EQ(ret.memory[0].range, (RemoteRange{RemoteAddress(0x7000), 8}));
}

TEST(Operands, LeaTouchesNoMemory) {
  EXPECT_TRUE(operands_of({0x48, 0x8d, 0x43, 0x08}, registers()).memory.empty());
}

TEST(Operands, StringInstructionsRepeat) {
  EXPECT_TRUE(operands_of({0xf3, 0xa4}, registers()).repeats);
  EXPECT_FALSE(operands_of({0xa4}, registers()).repeats);
  EXPECT_FALSE(operands_of({0xf3, 0x90}, registers()).repeats);  // pause
}

TEST(Operands, WhatStoresFlagsOrTrapsShowsSteps) {
  EXPECT_TRUE(operands_of({0x9c}, registers()).shows_steps);
  EXPECT_TRUE(operands_of({0x0f, 0x05}, registers()).shows_steps);
  EXPECT_TRUE(operands_of({0xcc}, registers()).shows_steps);
  EXPECT_FALSE(operands_of({0x90}, registers()).shows_steps);
}

TEST(Operands, BytesThatAreNoInstructionHaveNoLength) {
  EXPECT_EQ(operands_of({0x06}, registers()).length, 0U);
  EXPECT_EQ(operands_of({}, registers()).length, 0U);
}

}  // namespace
}  // namespace mecrr
