// What a probe's jump takes the place of, and where it leads.
#include "device/patching/probe_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "tests/device/blank_task.h"

namespace mecrr {
namespace {

TEST(ProbeWindow, IsTheFewestInstructionsThatHaveFiveBytes) {
  // inc %ecx; cmp $9, %ecx; nop
  const auto window = ProbeWindow::of(code({0xff, 0xc1, 0x83, 0xf9, 0x09, 0x90}));
  ASSERT_TRUE(window);
  EXPECT_EQ(window->size(), 5u);
  EXPECT_EQ(window->instructions().size(), 2u);
  EXPECT_EQ(ProbeWindow::of(code({0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8}))->size(), 10u);  // movabs
}

TEST(ProbeWindow, MayEndWithAnInstructionThatGoesElsewhere) {
  EXPECT_TRUE(is_probeable(code({0xb8, 0, 0, 0, 0})));                    // mov $0, %eax
  EXPECT_TRUE(is_probeable(code({0xe9, 0, 0, 0, 0})));                    // jmp
  EXPECT_TRUE(is_probeable(code({0xe8, 0, 0, 0, 0})));                    // call
  EXPECT_TRUE(is_probeable(code({0x48, 0x83, 0xc4, 0x08, 0xc3})));        // add $8, %rsp; ret
  EXPECT_TRUE(is_probeable(code({0xff, 0x15, 0, 0, 0, 0})));              // call *0(%rip)
  EXPECT_TRUE(is_probeable(code({0x90, 0x90, 0x90, 0x41, 0xff, 0xd4})));  // …; call *%r12
  EXPECT_TRUE(is_probeable(code({0x90, 0x90, 0x90, 0x75, 0x05})));        // …; jne
}

TEST(ProbeWindow, IsNoneIfTheCodeGoesElsewhereBefore) {
  EXPECT_FALSE(is_probeable(code({0xc3, 0x90, 0x90, 0x90, 0x90})));        // ret
  EXPECT_FALSE(is_probeable(code({0xeb, 0x05, 0x90, 0x90, 0x90})));        // jmp
  EXPECT_FALSE(is_probeable(code({0xff, 0xd0, 0x90, 0x90, 0x90})));        // call *%rax
  EXPECT_FALSE(is_probeable(code({0x90, 0xff, 0xe0, 0x90, 0x90, 0x90})));  // jmp *%rax
  EXPECT_FALSE(is_probeable(code({0x90, 0x90, 0x90, 0x90})));              // the end
}

TEST(ProbeWindow, IsNoneIfAnInstructionDiffersElsewhere) {
  const Bytes fill = code({0x90, 0x90, 0x90, 0x90, 0x90});
  for (Bytes first :
       {code({0x0f, 0x05}), code({0x0f, 0xa2}), code({0x0f, 0x31}), code({0xcc}),
        code({0xd9, 0xe8}), code({0x9d}), code({0x0f, 0x0b}), code({0xf4}),
        code({0xc7, 0xf8, 0, 0, 0, 0}), code({0xff, 0xd4}), code({0xff, 0x54, 0x24, 8}),
        code({0x67, 0x8b, 0x05, 0, 0, 0, 0}), code({0x0f, 0x01, 0xd0})}) {
    append(first, fill);
    EXPECT_FALSE(is_probeable(first)) << std::to_integer<int>(first[0]);
  }
}

TEST(ProbeWindow, EachOfTheOpcodesTraps) {
  for (const std::uint8_t opcode : kTrappingOpcodes) {
    SCOPED_TRACE(fmt::format("{:#x}", opcode));
    BlankTask blank(code({opcode, 0, 0, 0, 0, 0, 0, 0, 0}));
    const Registers before = *blank.task().registers();
    const siginfo_t info = stop_of<Signaled>(blank.after(kRun)).info;
    EXPECT_GT(info.si_code, 0);
    Registers after = *blank.task().registers();
    if (opcode == 0xcc) {
      EXPECT_EQ(info.si_signo, SIGTRAP);
      --after.rip;
    }
    after.eflags = before.eflags;
    EXPECT_EQ(after, before);
  }
}

bool traps(std::uint8_t octet) {
  return std::ranges::find(kTrappingOpcodes, octet) != std::end(kTrappingOpcodes);
}

TEST(ProbeWindow, EachByteOfTheWayToAStubTraps) {
  const std::vector<RemoteRange> nothing;
  for (const std::uint64_t at : {0x400000ULL, 0x555555555123ULL, 0x7ffff7dc4567ULL}) {
    const auto places = probe_stub_places(RemoteAddress(at), nothing, 4096);
    ASSERT_FALSE(places.empty());
    for (const RemoteAddress place : places) {
      auto displacement = static_cast<std::uint32_t>(place.value() - (at + 5));
      EXPECT_EQ(at + 5 + static_cast<std::uint64_t>(std::int64_t{static_cast<int>(displacement)}),
                place.value());
      for (int i = 0; i < 4; ++i, displacement >>= 8)
        EXPECT_TRUE(traps(static_cast<std::uint8_t>(displacement))) << place;
    }
  }
}

TEST(ProbeWindow, AStubIsWhereNothingIs) {
  const RemoteAddress at(0x555555555123);
  const std::vector<RemoteRange> taken = {{RemoteAddress(0x10000), 0x140000},
                                          {RemoteAddress(0x5554d0000000), 0x86000000},
                                          {RemoteAddress(0x7ffff7000000), 0x1000000}};
  const auto places = probe_stub_places(at, taken, 4096);
  ASSERT_FALSE(places.empty());
  for (const RemoteAddress place : places)
    for (const RemoteRange& range : taken) EXPECT_FALSE(range.overlaps({place, 4096})) << place;
  const std::vector<RemoteRange> all = {{RemoteAddress(0x10000), 0x7fffffff0000}};
  EXPECT_TRUE(probe_stub_places(at, all, 4096).empty());
}

}  // namespace
}  // namespace mecrr
