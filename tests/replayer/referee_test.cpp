// Landings that only the hash of all memory tells from other moments: which words the referee finds
// for them (replayer/landing/referee.h), and that these are enough. Of real programs:
// tests/recorded/landings.py.
#include "replayer/landing/referee.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "device/ptrace/ptrace_device.h"
#include "tests/replayer/hand_made.h"
#include "trace-format/limits.h"

namespace mecrr::hand_made {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Each time round the same registers; memory alone tells how often.
ASSEMBLY(goes_round,
         "outer: mov $0x500000, %edi; incq (%rdi); incq 0x800(%rdi); xor %edi, %edi; "
         "mov $20, %ecx; inner: sub $1, %rcx; nop; nop; nop; nop; nop; jnz inner; jmp outer")

constexpr std::uint64_t kRound = 4, kAtRcx = 7;
constexpr Order kLanding{1};

pb::Event turn_given_away(const pb::Landing& landing) {
  pb::Event event = hand_made::event(kTid);
  event.mutable_state()->set_rip(landing.registers().rip());
  event.mutable_state()->set_rsp(landing.registers().rsp());
  *event.mutable_landing() = landing;
  event.mutable_preempted();
  return event;
}

std::unique_ptr<Reader> trace_with(const pb::Landing& landing) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  constexpr std::size_t kVectorBytes = 576;
  pb::Event start = image(kTid, goes_round());
  start.mutable_image()->mutable_vector()->set_xsave(std::string(kVectorBytes, '\0'));
  trace.add(stream, std::move(start));
  trace.add(stream, turn_given_away(landing));
  return std::move(trace).read();
}

/// docs/landing.md, as the device computes it.
std::uint64_t memory_hash(const Replay& replay) {
  std::uint64_t sum = 0;
  for (const std::uint64_t start : {kData, kStack}) {
    Bytes page(kPageBytes);
    MECRR_CHECK(replay.read_memory(kTid, RemoteAddress(start), page).has_value());
    if (std::ranges::all_of(page, [](std::byte each) { return each == std::byte{0}; })) continue;
    const std::array<std::uint64_t, 2> placed = {start, hash64(page)};
    sum += hash64(bytes_at(placed.data(), sizeof placed));
  }
  return sum;
}

/// In the fourth round.
pb::Landing landing() {
  pb::Landing landing;
  Registers never = start_registers();
  never.rip = address_of(goes_round(), {0x48, 0x83, 0xe9});
  never.rcx = ~std::uint64_t{0};
  *landing.mutable_registers() = to_trace(never);
  const auto trace = trace_with(landing);
  const auto device = PtraceDevice::create();
  const auto replay = Replay::open(*trace, *device, {}).value();
  MECRR_CHECK(replay->add_breakpoint({StreamId(1), RemoteAddress(never.rip)}).has_value());
  for (std::uint64_t round = 0; round < kRound;) {
    MECRR_CHECK(std::holds_alternative<BreakpointHit>(*replay->run(Breakpoints::kHeed)));
    round += replay->registers(kTid)->rcx == kAtRcx;
  }
  *landing.mutable_registers() = to_trace(*replay->registers(kTid));
  landing.set_vector_hash(vector_hash(*replay->vector_state(kTid)));
  landing.set_stack_hash(hash64({}));
  landing.set_memory_hash(memory_hash(*replay));
  return landing;
}

struct Outcome {
  LandingCounts counts;
  std::uint64_t round;  // that the landing was found in
};

Outcome replay_to(const pb::Landing& landing, Referee& referee) {
  const auto trace = trace_with(landing);
  const auto device = PtraceDevice::create();
  ReplayOptions options;
  options.referee = &referee;
  const auto replay = Replay::open(*trace, *device, std::move(options)).value();
  MECRR_CHECK(std::holds_alternative<Reached>(
      *replay->run_to(kLanding, Side::kAfter, Breakpoints::kIgnore)));
  Outcome outcome{replay->landings(), 0};
  MECRR_CHECK(replay->read_memory(kTid, RemoteAddress(kData), object_bytes(outcome.round)));
  return outcome;
}

TEST(Referee, FindsAWordThatTellsALandingFromTheMomentsBefore) {
  pb::Landing lands = landing();
  Referee referee;
  const Outcome before = replay_to(lands, referee);
  EXPECT_EQ(before.round, kRound);
  EXPECT_EQ(before.counts.wrong, kRound - 1);
  EXPECT_EQ(before.counts.unsure, 1u);
  EXPECT_FALSE(referee.wants_more());
  ASSERT_THAT(referee.words(), SizeIs(1));
  const std::vector<pb::Word> words = referee.words().at(kLanding);
  ASSERT_THAT(words, SizeIs(1));
  EXPECT_EQ(words[0].address(), kData);
  EXPECT_EQ(words[0].bytes(), 8u);
  EXPECT_EQ(words[0].value(), kRound);

  add_words(lands, words);
  referee.begin_again();
  const Outcome after = replay_to(lands, referee);
  EXPECT_EQ(after.round, kRound);
  EXPECT_EQ(after.counts.wrong, 0u);
  EXPECT_EQ(after.counts.unsure, 0u);
  EXPECT_THAT(referee.words(), IsEmpty());
}

TEST(Referee, TheWordsAreEnoughWithoutAHash) {
  pb::Landing lands = landing();
  Referee referee;
  replay_to(lands, referee);
  lands.clear_memory_hash();
  Referee other;
  EXPECT_EQ(replay_to(lands, other).round, 1u);  // wrong
  add_words(lands, referee.words().at(kLanding));
  EXPECT_EQ(replay_to(lands, other).round, kRound);
}

TEST(Referee, FindsItInAnotherReplayWhenThereIsNoRoomForMemory) {
  const pb::Landing lands = landing();
  Referee referee({.pages = 0, .hashes = 1000});
  replay_to(lands, referee);
  EXPECT_THAT(referee.words(), IsEmpty());
  EXPECT_TRUE(referee.wants_more());
  referee.begin_again();
  replay_to(lands, referee);
  EXPECT_THAT(referee.words(), SizeIs(1));
  EXPECT_FALSE(referee.wants_more());
}

TEST(Referee, FindsNothingWhereThereIsNoRoomAtAll) {
  Referee referee({.pages = 0, .hashes = 0});
  replay_to(landing(), referee);
  EXPECT_THAT(referee.words(), IsEmpty());
  EXPECT_FALSE(referee.wants_more());
}

TEST(Referee, WordsComeFirstAndTheOldestOfTheOthersGo) {
  pb::Landing lands;
  const auto word = [](std::uint64_t address) {
    pb::Word word;
    word.set_address(address);
    word.set_bytes(8);
    return word;
  };
  for (int i = 0; i < kMaxLandingWords; ++i) *lands.add_word() = word(8 * static_cast<unsigned>(i));
  add_words(lands, {word(0x10000), word(0x10008)});
  ASSERT_EQ(lands.word_size(), kMaxLandingWords);
  EXPECT_EQ(lands.word(0).address(), 0x10000u);
  EXPECT_EQ(lands.word(1).address(), 0x10008u);
  EXPECT_EQ(lands.word(2).address(), 16u);
  EXPECT_EQ(lands.word(kMaxLandingWords - 1).address(), 8u * (kMaxLandingWords - 1));
}

}  // namespace
}  // namespace mecrr::hand_made
