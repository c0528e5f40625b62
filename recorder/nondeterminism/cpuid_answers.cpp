#include "recorder/nondeterminism/cpuid_answers.h"

#include <algorithm>
#include <iterator>

namespace mecrr {
namespace {

/// Leaves whose answer depends on ecx, or may do so: all others that are known are in
/// kWithoutSubleaves (Intel's SDM and AMD's APM, CPUID).
constexpr std::uint32_t kWithoutSubleaves[] = {
    0x0,         0x1,         0x2,         0x5,         0x6,         0x9,         0xa,
    0x15,        0x16,        0x19,        0x8000'0000, 0x8000'0001, 0x8000'0002, 0x8000'0003,
    0x8000'0004, 0x8000'0005, 0x8000'0006, 0x8000'0007, 0x8000'0008,
};

bool has_subleaves(std::uint32_t leaf) {
  return std::ranges::find(kWithoutSubleaves, leaf) == std::end(kWithoutSubleaves);
}

constexpr std::uint32_t kCacheType = 0x1f;    // leaf 4, eax: 0 behind the last cache
constexpr std::uint32_t kLevelType = 0xff00;  // leaf 0xb, ecx: 0 behind the last level
constexpr std::uint32_t kExtended = 0x8000'0000;

}  // namespace

const agent::CpuidTable& CpuidAnswers::table() {
  if (table_.count == 0) add_usual();
  return table_;
}

void CpuidAnswers::learn(CpuidQuestion question) { add(question); }

CpuidResult CpuidAnswers::add(CpuidQuestion question) {
  const bool this_one = has_subleaves(question.leaf);
  if (!this_one) question.subleaf = 0;
  const std::uint64_t both = agent::cpuid_question(question.leaf, question.subleaf);
  if (const agent::CpuidRow* known = agent::find_row(table_, both))
    return {known->eax, known->ebx, known->ecx, known->edx};
  const CpuidResult seen = visible_cpuid(question);
  if (table_.count == agent::kMaxCpuidRows) return seen;
  table_.rows[table_.count++] = {.question = both,
                                 .asked = this_one ? agent::kThisSubleaf : agent::kAnySubleaf,
                                 .eax = seen.eax,
                                 .ebx = seen.ebx,
                                 .ecx = seen.ecx,
                                 .edx = seen.edx};
  return seen;
}

/// What ld.so asks, and what programs ask that look for features.
void CpuidAnswers::add_usual() {
  constexpr std::uint32_t kMostSubleaves = 8;
  const std::uint32_t last = add({0, 0}).eax;
  const std::uint32_t last_extended = add({kExtended, 0}).eax;
  for (const std::uint32_t leaf : kWithoutSubleaves) {
    if (leaf <= last || (leaf > kExtended && leaf <= last_extended)) add({leaf, 0});
  }
  const auto add_each = [&](std::uint32_t leaf, auto is_last) {
    for (std::uint32_t i = 0; leaf <= last && i < kMostSubleaves; ++i)
      if (is_last(add({leaf, i}))) return;
  };
  add_each(0x4, [](const CpuidResult& is) { return (is.eax & kCacheType) == 0; });
  add_each(0xb, [](const CpuidResult& is) { return (is.ecx & kLevelType) == 0; });
  add_each(0xd, [](const CpuidResult&) { return false; });
  if (last >= 0x7) {
    add({0x7, 0});
    add({0x7, 1});
  }
  if (last >= 0x14) add({0x14, 0});
}

}  // namespace mecrr
