#include "recorder/memory/robust_list.h"

#include <gtest/gtest.h>
#include <linux/futex.h>

#include <cerrno>
#include <map>

namespace mecrr {
namespace {

/// Words of 8 bytes, by address.
class Words final : public Memory {
 public:
  std::map<std::uint64_t, std::uint64_t> words;

  Result<void> read(RemoteAddress from, MutableBytes into) const override {
    for (std::size_t i = 0; i < into.size(); ++i) {
      const std::uint64_t at = from.value() + i;
      const auto found = words.find(at & ~7ull);
      if (found == words.end()) return fail_with_code(EFAULT, "{}", from);
      into[i] = static_cast<std::byte>(found->second >> (at % 8 * 8));
    }
    return {};
  }
};

constexpr std::uint64_t kHead = 0x1000, kFirst = 0x2000, kSecond = 0x3000;
constexpr std::uint64_t kOffset = 8;
constexpr std::uint32_t kTid = 77;

Words list_of_two(std::uint64_t first_word, std::uint64_t second_word) {
  Words memory;
  memory.words = {{kHead, kFirst},           {kHead + 8, kOffset},     {kHead + 16, 0},
                  {kFirst, kSecond},         {kFirst + 8, first_word}, {kSecond, kHead},
                  {kSecond + 8, second_word}};
  return memory;
}

TEST(RobustList, HeldFutexesAreMarkedAndKeepTheirWaiters) {
  const Words memory = list_of_two(kTid, kTid | FUTEX_WAITERS);
  const auto writes = robust_list_writes(memory, RemoteAddress(kHead), kTid);
  ASSERT_EQ(writes.size(), 2u);
  EXPECT_EQ(writes[0].at, RemoteAddress(kFirst + 8));
  EXPECT_EQ(writes[0].value, std::uint32_t{FUTEX_OWNER_DIED});
  EXPECT_EQ(writes[1].value, FUTEX_OWNER_DIED | FUTEX_WAITERS);
}

TEST(RobustList, AFutexOfAnotherTaskIsLeftAlone) {
  const Words memory = list_of_two(kTid + 1, kTid);
  const auto writes = robust_list_writes(memory, RemoteAddress(kHead), kTid);
  ASSERT_EQ(writes.size(), 1u);
  EXPECT_EQ(writes[0].at, RemoteAddress(kSecond + 8));
}

TEST(RobustList, APendingFutexIsMarkedOnce) {
  Words memory = list_of_two(kTid, kTid);
  memory.words[kHead + 16] = kFirst;
  EXPECT_EQ(robust_list_writes(memory, RemoteAddress(kHead), kTid).size(), 2u);
}

TEST(RobustList, ACircleEnds) {
  Words memory = list_of_two(kTid, kTid);
  memory.words[kSecond] = kFirst;
  EXPECT_EQ(robust_list_writes(memory, RemoteAddress(kHead), kTid).size(), 2048u);
}

TEST(RobustList, NoListAndBrokenListsAreEmpty) {
  EXPECT_TRUE(robust_list_writes(Words{}, RemoteAddress{}, kTid).empty());
  EXPECT_TRUE(robust_list_writes(Words{}, RemoteAddress(kHead), kTid).empty());
}

}  // namespace
}  // namespace mecrr
