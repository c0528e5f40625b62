#include "device/patching/patch_window.h"

#include <gtest/gtest.h>

namespace mecrr {
namespace {

Bytes code(std::initializer_list<int> octets) {
  Bytes bytes;
  for (const int octet : octets) bytes.push_back(static_cast<std::byte>(octet));
  return bytes;
}

constexpr RemoteAddress kSite(0x7f00'1234'5678);
constexpr RemoteAddress kStub(0x7f00'2000'0000);
constexpr PatchPlace kPlace{.site = kSite, .stub = kStub};

std::uint64_t target_of(ByteView bytes, RemoteAddress address, std::size_t displacement_at) {
  return (address + displacement_at + 4).value() +
         static_cast<std::uint64_t>(std::int64_t{*load<std::int32_t>(bytes, displacement_at)});
}

TEST(PatchWindow, OneInstructionOfFiveBytesIsEnough) {
  const auto window = PatchWindow::of(code({0xb8, 0x27, 0, 0, 0}));  // mov $39, %eax
  ASSERT_TRUE(window);
  EXPECT_EQ(window->instructions().size(), 1U);
  EXPECT_EQ(window->number(), 39U);
  EXPECT_EQ(window->stub_bytes(), 5U + 7 + 7);
}

TEST(PatchWindow, IsNoShorterOrLongerThanItMustBe) {
  EXPECT_FALSE(PatchWindow::of({}));
  EXPECT_FALSE(PatchWindow::of(code({0x89, 0xf8, 0x31, 0xff})));        // 4 bytes
  EXPECT_FALSE(PatchWindow::of(code({0x90, 0xb8, 0x27, 0, 0, 0})));     // the last is enough
  EXPECT_TRUE(PatchWindow::of(code({0x90, 0x31, 0xff, 0x31, 0xf6})));   // all three are needed
  EXPECT_FALSE(PatchWindow::of(code({0xb8, 0x27, 0, 0, 0, 0x48})));     // cut
  EXPECT_FALSE(PatchWindow::of(code({0x31, 0xff, 0x0f, 0x1f, 0x40})));  // cut
  EXPECT_FALSE(PatchWindow::of(Bytes(PatchWindow::kMostBytes + 1, std::byte{0x90})));
}

TEST(PatchWindow, HoldsNoOtherTransferThanPlainConditionalJumps) {
  EXPECT_TRUE(PatchWindow::of(code({0x85, 0xc0, 0x75, 0x10, 0x31, 0xc0})));
  EXPECT_TRUE(PatchWindow::of(code({0x0f, 0x84, 0x10, 0, 0, 0})));
  EXPECT_FALSE(PatchWindow::of(code({0xe8, 0, 0, 0, 0})));                    // call
  EXPECT_FALSE(PatchWindow::of(code({0xe9, 0, 0, 0, 0})));                    // jmp
  EXPECT_FALSE(PatchWindow::of(code({0x31, 0xff, 0xe3, 0x10, 0x31, 0xc0})));  // jrcxz
  EXPECT_FALSE(PatchWindow::of(code({0x31, 0xff, 0xe2, 0x10, 0x31, 0xc0})));  // loop
  EXPECT_FALSE(PatchWindow::of(code({0x2e, 0x75, 0x10, 0x31, 0xc0})));        // jne,pn
  EXPECT_FALSE(PatchWindow::of(code({0x31, 0xc0, 0xc3, 0x31, 0xff})));        // ret
}

TEST(PatchWindow, KnowsTheNumberOnlyIfTheLastInstructionLoadsIt) {
  EXPECT_EQ(PatchWindow::of(code({0x48, 0xc7, 0xc0, 15, 0, 0, 0}))->number(), 15U);
  EXPECT_FALSE(PatchWindow::of(code({0x41, 0xb8, 1, 0, 0, 0}))->number());  // mov $1, %r8d
  EXPECT_FALSE(PatchWindow::of(code({0x90, 0x31, 0xff, 0x31, 0xc0}))->number());
}

TEST(Emit, JumpsToTheStubAndFromThereToTheAgentWithRcxBehindTheCall) {
  const auto window = PatchWindow::of(code({0x31, 0xff, 0x31, 0xf6, 0x89, 0xd0})).value();
  const Patch patch = emit(window, kPlace).value();
  EXPECT_EQ(patch.site, kSite);
  EXPECT_EQ(patch.stub, kStub);
  ASSERT_EQ(patch.code.size(), 6U);
  EXPECT_EQ(patch.code[0], std::byte{0xe9});
  EXPECT_EQ(target_of(patch.code, kSite, 1), kStub.value());
  EXPECT_EQ(patch.code[5], std::byte{0xcc});

  ASSERT_EQ(patch.stub_code.size(), window.stub_bytes());
  const ByteView stub(patch.stub_code);
  EXPECT_TRUE(equal(stub.first(6), window.code()));
  EXPECT_TRUE(equal(stub.subspan(6, 3), code({0x48, 0x8d, 0x0d})));
  EXPECT_EQ(target_of(stub, kStub, 9), (kSite + 6 + 2).value());
  EXPECT_TRUE(equal(stub.subspan(13), code({0xff, 0x24, 0x25, 0x00, 0x10, 0x01, 0x00})));
}

TEST(Emit, AJumpGoesWhereItWentWhateverItsForm) {
  const auto window = PatchWindow::of(code({0x85, 0xc0, 0x75, 0xf0, 0x31, 0xc0})).value();
  const Patch near = emit(window, kPlace).value();
  EXPECT_EQ(near.stub_code[2], std::byte{0x0f});
  EXPECT_EQ(near.stub_code[3], std::byte{0x85});
  EXPECT_EQ(target_of(near.stub_code, kStub, 4), (kSite + 4 - 16).value());

  const auto other = PatchWindow::of(code({0x0f, 0x84, 0x00, 0x10, 0, 0})).value();
  const Patch far = emit(other, kPlace).value();
  EXPECT_EQ(far.stub_code[1], std::byte{0x84});
  EXPECT_EQ(target_of(far.stub_code, kStub, 2), (kSite + 6 + 0x1000).value());
}

TEST(Emit, WhatCountsFromRipCountsToTheSamePlace) {
  // cmpl $5, -0x100(%rip), whose displacement is followed by an immediate
  const auto window = PatchWindow::of(code({0x83, 0x3d, 0x00, 0xff, 0xff, 0xff, 0x05})).value();
  const Patch patch = emit(window, kPlace).value();
  EXPECT_EQ(target_of(patch.stub_code, kStub, 2) + 1, (kSite + 7 - 0x100).value());
  EXPECT_EQ(patch.stub_code[6], std::byte{5});
}

TEST(Emit, RefusesWhatIsTwoGibibytesAway) {
  const auto plain = PatchWindow::of(code({0xb8, 0x27, 0, 0, 0})).value();
  EXPECT_TRUE(emit(plain, {.site = kSite, .stub = kSite + 0x7fff'0000}));
  EXPECT_TRUE(emit(plain, {.site = kSite, .stub = kSite - 0x7fff'0000}));
  const auto refused = std::unexpected(PatchRefusal::kOutOfReach);
  EXPECT_EQ(emit(plain, {.site = kSite, .stub = kSite + 0x8001'0000}), refused);
  EXPECT_EQ(emit(plain, {.site = kSite, .stub = kSite - 0x8001'0000}), refused);
  // The stub is near enough, but not to what is 2 GiB the other way.
  const auto load = PatchWindow::of(code({0x48, 0x8b, 0x05, 0x00, 0x00, 0x00, 0x80})).value();
  EXPECT_EQ(emit(load, {.site = kSite, .stub = kSite + 0x10000}), refused);
  EXPECT_TRUE(emit(load, {.site = kSite, .stub = kSite - 0x10000}));
}

TEST(ProgramAddress, EachInstructionOfTheStubIsOneOfTheWindowOrTheCall) {
  const auto window = PatchWindow::of(code({0x85, 0xc0, 0x75, 0x10, 0x31, 0xc0})).value();
  const auto at = [&](std::uint64_t in_stub) {
    return program_address(window, kPlace, kStub + in_stub);
  };
  EXPECT_EQ(at(0), kSite);
  EXPECT_EQ(at(2), kSite + 2);
  EXPECT_EQ(at(8), kSite + 4);
  EXPECT_EQ(at(10), kSite + 6);  // the `syscall`
  EXPECT_EQ(at(17), kSite + 6);
  for (const std::uint64_t inside : {1, 3, 7, 9, 11, 16, 18, 24}) EXPECT_FALSE(at(inside));
}

/// rdtsc; shl $32, %rdx
const Bytes kCounter = code({0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20});

TEST(Emit, OfRdtscHasTheInstructionBehindTheWayToTheAgentAndGoesOnBehindTheWindow) {
  const auto window = PatchWindow::of(kCounter, LedInstruction::kCounter).value();
  const Patch patch = emit(window, kPlace).value();
  EXPECT_EQ(patch.site, kSite);
  EXPECT_EQ(patch.code.size(), 6U);
  EXPECT_EQ(target_of(patch.code, kSite, 1), kStub.value());
  ASSERT_EQ(patch.stub_code.size(), window.stub_bytes());
  EXPECT_EQ(target_of(patch.stub_code, kStub, 8 + 3), (kStub + 30).value());  // lea
  EXPECT_EQ(load<std::uint32_t>(patch.stub_code, 18), agent::kCounterSlot);
  EXPECT_EQ(load<std::uint64_t>(patch.stub_code, 22), kSite.value());
  EXPECT_TRUE(equal(ByteView(patch.stub_code).subspan(30, 6), kCounter));
  EXPECT_EQ(target_of(patch.stub_code, kStub, 37), (kSite + 6).value());
  EXPECT_EQ(led_by_stub(patch.stub_code), LedInstruction::kCounter);
}

TEST(ProgramAddress, OfRdtscIsKnownBothWays) {
  const auto window = PatchWindow::of(kCounter, LedInstruction::kCounter).value();
  for (const std::uint64_t at : {0, 8, 15, 30})
    EXPECT_EQ(program_address(window, kPlace, kStub + at), kSite);
  EXPECT_EQ(program_address(window, kPlace, kStub + 32), kSite + 2);
  EXPECT_EQ(program_address(window, kPlace, kStub + 36), kSite + 6);
  EXPECT_FALSE(program_address(window, kPlace, kStub + 22));
  EXPECT_EQ(stub_address(window, kPlace, kSite + 2), kStub + 32);
  for (const std::uint64_t at : {0, 1, 6}) EXPECT_FALSE(stub_address(window, kPlace, kSite + at));
}

TEST(PatchWindow, OfRdtscBeginsWithItAndIsNoLongerThanItMustBe) {
  constexpr auto kLed = LedInstruction::kCounter;
  EXPECT_TRUE(PatchWindow::of(code({0x0f, 0x01, 0xf9, 0x89, 0xc0}), kLed));
  EXPECT_FALSE(PatchWindow::of(code({0x0f, 0x31, 0x89, 0xc0}), kLed));
  EXPECT_FALSE(PatchWindow::of(code({0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20, 0x90}), kLed));
  EXPECT_FALSE(PatchWindow::of(code({0x90, 0x0f, 0x31, 0x89, 0xc0}), kLed));
}

}  // namespace
}  // namespace mecrr
