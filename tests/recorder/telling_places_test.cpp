// Machine code that is written here by hand, and a stack.
#include "recorder/landing/telling_places.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <initializer_list>

namespace mecrr {
namespace {

constexpr RemoteAddress kCode{0x10'0000}, kStack{0x70'0000};

/// A page of stack that begins with these words.
class Stack final : public Memory {
 public:
  explicit Stack(std::initializer_list<std::uint64_t> words) {
    for (const std::uint64_t word : words) append(bytes_, object_bytes(word));
    bytes_.resize(kPageBytes);
  }
  Result<void> read(RemoteAddress from, MutableBytes into) const override {
    const std::uint64_t offset = from - kStack;
    const auto there = slice(bytes_, offset, into.size());
    if (!there) return fail_with_code(EFAULT, "not mapped");
    std::ranges::copy(*there, into.begin());
    return {};
  }

 private:
  Bytes bytes_;
};

FetchCode fetch_from(std::initializer_list<int> octets) {
  Bytes code;
  for (const int octet : octets) code.push_back(std::byte(octet));
  return [code](RemoteAddress at) {
    const std::uint64_t offset = at - kCode;
    if (offset >= code.size()) return Bytes{};
    return Bytes(code.begin() + static_cast<std::ptrdiff_t>(offset), code.end());
  };
}

std::vector<RemoteAddress> places_in(std::initializer_list<int> octets) {
  const FetchCode fetch = fetch_from(octets);
  Registers registers{};
  registers.rsp = kStack.value();
  OperandReader reader;
  return telling_places({kCode, fetch, 100}, fetch, reader, registers);
}

TEST(TellingPlaces, AreBehindAccessesToMemoryThatIsNotTheStack) {
  EXPECT_EQ(places_in({0x8b, 0x05, 0, 1, 0, 0,  // 0: mov 0x100(%rip), %eax
                       0xff, 0xc0,              // 6: inc %eax
                       0x89, 0x44, 0x24, 0x08,  // 8: mov %eax, 8(%rsp)
                       0x89, 0x05, 0, 1, 0, 0,  // 12: mov %eax, 0x100(%rip)
                       0xc3}),                  // 18: ret
            (std::vector{kCode + 6, kCode + 18}));
}

TEST(TellingPlaces, AreBehindCalls) {
  EXPECT_EQ(places_in({0xe8, 0, 1, 0, 0,  // 0: call
                       0x31, 0xc0,        // 5: xor %eax, %eax
                       0xff, 0xd3,        // 7: call *%rbx
                       0xc3}),            // 9: ret
            (std::vector{kCode + 5, kCode + 9}));
}

TEST(Callers, AreWordsOfTheStackThatAreBehindCallsInFiles) {
  const FetchCode fetch = fetch_from({0xe8, 0, 1, 0, 0,           // 0: call
                                      0x41, 0xff, 0x54, 0x24, 8,  // 5: call *8(%r12)
                                      0x90});
  const std::vector<MapsLine> maps = {{.range = {kCode, 0x1000},
                                       .protection = PROT_READ | PROT_EXEC,
                                       .inode = 1,
                                       .name = "program"}};
  const Stack stack{1, (kCode + 10).value(), (kCode + 11).value(), (kCode + 5).value(), 0x10'0002};
  const std::vector<Caller> found = callers(stack, kStack, maps, fetch);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].goes_on, kCode + 10);
  EXPECT_EQ(found[0].slot, kStack + 8);
  EXPECT_EQ(found[1].goes_on, kCode + 5);
  EXPECT_TRUE(callers(stack, kStack, {}, fetch).empty());
}

}  // namespace
}  // namespace mecrr
