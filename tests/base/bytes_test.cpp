#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace mecrr {
namespace {

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

TEST(Bytes, AndTextAreTheSameMemory) {
  const std::string text("a\0b", 3);
  const ByteView bytes = as_bytes(text);
  EXPECT_EQ(bytes.size(), 3u);
  EXPECT_EQ(as_text(bytes), text);
  EXPECT_EQ(as_chars(bytes), text.data());
}

TEST(Load, ReadsLittleEndianAtAnyAlignment) {
  const Bytes bytes = to_bytes(std::string_view("\x00\x78\x56\x34\x12", 5));
  EXPECT_EQ(load<std::uint32_t>(bytes, 1), 0x12345678u);
}

TEST(Load, RefusesWhatIsNotWhollyInside) {
  const Bytes bytes(8);
  EXPECT_TRUE(load<std::uint64_t>(bytes, 0));
  EXPECT_FALSE(load<std::uint64_t>(bytes, 1));
  EXPECT_FALSE(load<std::uint8_t>(bytes, 8));
  EXPECT_FALSE(load<std::uint64_t>(bytes, kHuge));
  EXPECT_FALSE(load<std::uint64_t>(bytes, kHuge - 7));
}

TEST(Store, WritesAllOrNothing) {
  Bytes bytes(6);
  EXPECT_TRUE(store(bytes, 2, std::uint32_t{0x01020304}));
  EXPECT_EQ(load<std::uint32_t>(bytes, 2), 0x01020304u);
  const Bytes before = bytes;
  EXPECT_FALSE(store(bytes, 3, std::uint32_t{5}));
  EXPECT_EQ(bytes, before);
}

TEST(Slice, OfAHugeSizeIsRefused) {
  const Bytes bytes(8);
  EXPECT_FALSE(slice(bytes, 4, kHuge));
  EXPECT_FALSE(slice(bytes, kHuge, 1));
  EXPECT_EQ(slice(bytes, 8, 0)->size(), 0u);
}

TEST(ObjectBytes, SeeAndChangeTheObject) {
  std::uint32_t number = 0;
  object_bytes(number)[0] = std::byte{7};
  EXPECT_EQ(number, 7u);
  const std::uint16_t constant = 0x0201;
  EXPECT_EQ(object_bytes(constant)[1], std::byte{2});
}

TEST(Append, GrowsAtTheEnd) {
  Bytes bytes = to_bytes("ab");
  append(bytes, as_bytes("cd"));
  append_object(bytes, std::uint8_t{'e'});
  EXPECT_TRUE(equal(bytes, as_bytes("abcde")));
  EXPECT_FALSE(equal(bytes, as_bytes("abcd")));
}

}  // namespace
}  // namespace mecrr
