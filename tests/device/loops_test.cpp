// Loops in machine code that is written here by hand.
#include "device/code/loops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

namespace mecrr {
namespace {

constexpr RemoteAddress kStart{0x1000};
constexpr std::size_t kMost = 100;

CodeGraph graph_of(std::initializer_list<int> octets, std::uint64_t from = 0) {
  Bytes code;
  for (const int octet : octets) code.push_back(std::byte(octet));
  const auto fetch = [code](RemoteAddress at) {
    const std::uint64_t offset = at - kStart;
    return offset < code.size()
               ? Bytes(code.begin() + static_cast<std::ptrdiff_t>(offset), code.end())
               : Bytes{};
  };
  return {kStart + from, fetch, kMost};
}

// 0: inc %eax; 2: dec %ecx; 4: jne 0; 6: dec %edx; 8: jne 0; 10: ret
constexpr std::initializer_list<int> kTwoLoops = {0xff, 0xc0, 0xff, 0xc9, 0x75, 0xfa,
                                                  0xff, 0xca, 0x75, 0xf6, 0xc3};

TEST(CodeGraph, StraightCodeIsInNoLoop) {
  EXPECT_TRUE(graph_of({0xff, 0xc0, 0xff, 0xc9, 0xc3}).loops_around(kStart).empty());
}

TEST(CodeGraph, LoopsAreFoundOutermostFirst) {
  const auto loops = graph_of(kTwoLoops, 2).loops_around(kStart + 2);
  ASSERT_FALSE(loops.empty());
  EXPECT_EQ(loops.front().exits, (std::vector{kStart + 10}));
}

TEST(CodeGraph, ALoopWithoutAWayOutHasNoExit) {
  const auto loops = graph_of({0xff, 0xc0, 0xeb, 0xfc}).loops_around(kStart);  // inc %eax; jmp 0
  ASSERT_EQ(loops.size(), 1U);
  EXPECT_TRUE(loops.front().exits.empty());
}

TEST(CodeGraph, KnowsWhatIsJumpedTo) {
  const CodeGraph graph = graph_of(kTwoLoops);
  EXPECT_TRUE(graph.jumps_into(kStart, kStart + 1));
  EXPECT_FALSE(graph.jumps_into(kStart + 1, kStart + 11));
}

TEST(CodeGraph, CodeThatIsNotThereEndsIt) {
  EXPECT_TRUE(graph_of({0x75}).loops_around(kStart).empty());
}

}  // namespace
}  // namespace mecrr
