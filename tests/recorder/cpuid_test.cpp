#include "recorder/nondeterminism/cpuid.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <vector>

namespace mecrr {
namespace {

constexpr std::uint32_t kAll = 0xffff'ffff;
constexpr CpuidResult kEverything = {kAll, kAll, kAll, kAll};
constexpr std::uint32_t kTopologyLeaves[] = {0x1,         0x4,         0xb,        0x1f,
                                             0x8000'001d, 0x8000'001e, 0x8000'0026};

std::vector<CpuidQuestion> questions() {
  std::vector<CpuidQuestion> all;
  for (std::uint32_t base : {0U, 0x8000'0000U})
    for (std::uint32_t leaf = base; leaf < base + 0x30; ++leaf)
      for (std::uint32_t subleaf = 0; subleaf < 8; ++subleaf) all.push_back({leaf, subleaf});
  return all;
}

TEST(Cpuid, HidesRandomNumbersAndTransactions) {
  EXPECT_EQ(~hide_unreplayable({1, 0}, kEverything).ecx, 1U << 30);
  const CpuidResult features = hide_unreplayable({7, 0}, kEverything);
  for (const int bit : {4, 11, 18}) EXPECT_FALSE(features.ebx >> bit & 1) << bit;
  for (const int bit : {5, 22}) EXPECT_FALSE(features.ecx >> bit & 1) << bit;
}

TEST(Cpuid, KeepsWhatCanBeReplayed) {
  const CpuidResult features = hide_unreplayable({7, 0}, kEverything);
  constexpr int kAvx2 = 5;
  constexpr int kAvx512f = 16;
  constexpr int kSha = 29;
  for (const int bit : {kAvx2, kAvx512f, kSha}) EXPECT_TRUE(features.ebx >> bit & 1) << bit;
  EXPECT_EQ(hide_unreplayable({0, 0}, kEverything), kEverything);
  EXPECT_EQ(hide_unreplayable({0x8000'0002, 0}, kEverything), kEverything);
}

/// Nobody can keep xgetbv from telling XCR0.
TEST(Cpuid, AgreesWithXgetbvAboutTheStateThatIsEnabled) {
  EXPECT_EQ(hide_unreplayable({0xd, 0}, kEverything), kEverything);
}

TEST(Cpuid, HidesBitsOfASubleafInThatSubleafOnly) {
  EXPECT_EQ(hide_unreplayable({7, 2}, kEverything), kEverything);
  EXPECT_EQ(hide_unreplayable({0xd, 2}, kEverything), kEverything);
}

TEST(Cpuid, HidingTwiceHidesNoMore) {
  for (const CpuidQuestion question : questions()) {
    const CpuidResult once = hide_unreplayable(question, kEverything);
    EXPECT_EQ(hide_unreplayable(question, once), once) << std::hex << question.leaf;
  }
}

/// On every processor that we may use.
class OnEachProcessor {
 public:
  OnEachProcessor() { sched_getaffinity(0, sizeof allowed_, &allowed_); }
  ~OnEachProcessor() { sched_setaffinity(0, sizeof allowed_, &allowed_); }

  template <class Function>
  void run(Function function) {
    for (unsigned processor = 0; processor < CPU_SETSIZE; ++processor) {
      if (!CPU_ISSET(processor, &allowed_)) continue;
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(processor, &one);
      ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
      function(processor);
    }
  }

 private:
  cpu_set_t allowed_;
};

TEST(Cpuid, DoesNotTellWhichProcessorAnswers) {
  std::vector<std::vector<CpuidResult>> answers;
  OnEachProcessor().run([&](unsigned) {
    auto& here = answers.emplace_back();
    for (const std::uint32_t leaf : kTopologyLeaves)
      for (std::uint32_t subleaf = 0; subleaf < 8; ++subleaf)
        here.push_back(visible_cpuid({leaf, subleaf}));
  });
  ASSERT_FALSE(answers.empty());
  for (const auto& here : answers) EXPECT_EQ(here, answers[0]);
}

}  // namespace
}  // namespace mecrr
