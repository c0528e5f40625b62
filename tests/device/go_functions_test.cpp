// Tables as Go's linker writes them, by hand.
#include "device/code/go_functions.h"

#include <gtest/gtest.h>

namespace mecrr {
namespace {

constexpr std::uint64_t kBase = 0x401000;
using Addresses = std::vector<std::uint64_t>;

Bytes header(std::uint32_t magic, std::initializer_list<std::uint64_t> numbers) {
  Bytes bytes;
  append_object(bytes, magic);
  append_object(bytes, std::uint32_t{0x0801'0000});
  for (const std::uint64_t number : numbers) append_object(bytes, number);
  return bytes;
}

template <class Number>
void add_entries(Bytes& bytes, std::initializer_list<Number> starts) {
  for (const Number start : starts) {
    append_object(bytes, start);
    append_object(bytes, Number{0x77});  // where more is told of the function
  }
}

TEST(GoFunctions, OfGo120CountFromTheTextsStart) {
  Bytes bytes = header(0xffff'fff1, {2, 1, kBase, 0, 0, 0, 0, 72});
  add_entries<std::uint32_t>(bytes, {0, 0x20, 0x80});
  const auto table = go_table(bytes);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->base_at, 24u);
  EXPECT_EQ(go_functions(bytes, *table, kBase), (Addresses{kBase, kBase + 0x20, kBase + 0x80}));
}

TEST(GoFunctions, OfGo116HaveAddresses) {
  Bytes bytes = header(0xffff'fffa, {2, 1, 0, 0, 0, 0, 64});
  add_entries<std::uint64_t>(bytes, {kBase, kBase + 0x20, kBase + 0x80});
  const auto table = go_table(bytes);
  ASSERT_TRUE(table);
  EXPECT_FALSE(table->base_at);
  EXPECT_EQ(go_functions(bytes, *table, 0), (Addresses{kBase, kBase + 0x20, kBase + 0x80}));
}

TEST(GoFunctions, OfGo12FollowTheirNumber) {
  Bytes bytes = header(0xffff'fffb, {1});
  add_entries<std::uint64_t>(bytes, {kBase, kBase + 0x20});
  const auto table = go_table(bytes);
  ASSERT_TRUE(table);
  EXPECT_EQ(go_functions(bytes, *table, 0), (Addresses{kBase, kBase + 0x20}));
}

TEST(GoFunctions, MoreThanTheTableHasRoomForAreNone) {
  Bytes bytes = header(0xffff'fffb, {1});
  add_entries<std::uint64_t>(bytes, {kBase});
  EXPECT_FALSE(go_table(bytes));
  EXPECT_FALSE(go_table(header(0xffff'fffb, {~std::uint64_t{0}})));
  EXPECT_FALSE(go_table(header(0xffff'fff1, {1, 1, kBase, 0, 0, 0, 0, ~std::uint64_t{0}})));
}

TEST(GoFunctions, OutOfOrderTheyAreNone) {
  Bytes bytes = header(0xffff'fffb, {2});
  add_entries<std::uint64_t>(bytes, {kBase + 0x20, kBase, kBase + 0x80});
  const auto table = go_table(bytes);
  ASSERT_TRUE(table);
  EXPECT_TRUE(go_functions(bytes, *table, 0).empty());
}

TEST(GoFunctions, OfAnotherLayoutOrProcessorAreNotRead) {
  EXPECT_FALSE(go_table(header(0xffff'ffef, {0})));
  EXPECT_FALSE(go_table({}));
  Bytes of_arm = header(0xffff'fff1, {0, 1, kBase, 0, 0, 0, 0, 72});
  of_arm[6] = std::byte{4};  // bytes of its smallest instruction
  EXPECT_FALSE(go_table(of_arm));
}

}  // namespace
}  // namespace mecrr
