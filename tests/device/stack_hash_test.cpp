// What counts of a stack, and what does not: device/stack_hash.h.
#include "device/stack_hash.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/hash.h"

namespace mecrr {
namespace {

/// Zeros, but for some words.
class Words final : public Memory {
 public:
  explicit Words(std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> words) {
    for (const auto& [address, value] : words) {
      std::ranges::copy(object_bytes(value),
                        bytes_.begin() + static_cast<std::ptrdiff_t>(address - kStart));
    }
  }
  Result<void> read(RemoteAddress from, MutableBytes into) const override {
    const std::uint64_t at = from.value() - kStart;
    if (at > bytes_.size() || into.size() > bytes_.size() - at)
      return fail_with_code(EFAULT, "end");
    std::ranges::copy(ByteView(bytes_).subspan(at, into.size()), into.begin());
    return {};
  }

  static constexpr std::uint64_t kStart = 0x7000;

 private:
  Bytes bytes_ = Bytes(kPageBytes);
};

std::uint64_t hash(const Words& words, std::uint64_t from = 0x7008, std::uint64_t size = 1024) {
  return stack_hash(words, {RemoteAddress(from), size}).value();
}

TEST(StackHash, IsThatOfTheBytes) {
  const std::uint64_t word = 0x0123'4567'89ab'cdef;
  const Words words({{0x7008, word}});
  Bytes bytes(16);
  std::ranges::copy(object_bytes(word), bytes.begin());
  EXPECT_EQ(hash(words, 0x7008, 16), hash64(bytes));
}

TEST(StackHash, TellsAnyWordButAHeader) {
  const std::uint64_t empty = hash(Words({}));
  EXPECT_NE(hash(Words({{0x7048, 1}})), empty);
  EXPECT_NE(hash(Words({{0x7040, 0x100}})), empty);
  EXPECT_NE(hash(Words({{0x7040, 1}, {0x7078, 1}})), hash(Words({{0x7040, 2}, {0x7078, 1}})));
}

TEST(StackHash, DoesNotTellWhatXsaveSaysToBeInUse) {
  const std::uint64_t empty = hash(Words({}));
  EXPECT_EQ(hash(Words({{0x7040, 0x7}})), empty);
  EXPECT_EQ(hash(Words({{0x7040, 0xe2}, {0x7080, 0x1000}})), hash(Words({{0x7080, 0x1000}})));
  // Cut by the end.
  EXPECT_EQ(hash(Words({{0x7040, 2}}), 0x7008, 0x40), hash(Words({}), 0x7008, 0x40));
}

TEST(StackHash, FailsWhereThereIsNoMemory) {
  EXPECT_FALSE(stack_hash(Words({}), {RemoteAddress(0x7f00), 0x200}));
}

}  // namespace
}  // namespace mecrr
