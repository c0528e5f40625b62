// Probes: each program of probed_programs.S is single-stepped once, so that all its states are
// known; then it is brought to many of them, and must be the same there to the last byte.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <random>
#include <string>

#include "device/probe.h"
#include "tests/device/blank_task.h"

namespace mecrr {
namespace {

struct ProbedProgram {
  const char* name;
  const std::byte* begin;
  const std::byte* end;
};

extern "C" const ProbedProgram probed_programs[];

constexpr std::uint64_t kData = 0x500000, kStack = 0x600000, kPage = 0x1000;
constexpr std::uint64_t kStackPointer = kStack + 0x800;
constexpr std::size_t kLooked = 0x200;  ///< bytes of data, and of stack, that a state has

/// All that a program here can change.
struct State {
  Registers registers;
  std::array<std::uint64_t, kLooked / 8> data, stack;
};

std::vector<ProbedProgram> programs() {
  std::vector<ProbedProgram> all;
  for (const ProbedProgram* one = probed_programs; one->name != nullptr; ++one) all.push_back(*one);
  return all;
}

/// A program in a blank task, as often as wanted from its beginning.
class Running {
 public:
  explicit Running(ByteView code, std::uint64_t at = kCode) : code_(to_bytes(code)), at_(at) {
    if (at_ != kCode) MECRR_CHECK(*task().perform(map_call(at_ & ~(kPage - 1), 2 * kPage)) > 0);
    MECRR_CHECK(*task().perform(map_call(kData, kPage)) == kData);
    MECRR_CHECK(*task().perform(map_call(kStack, kPage)) == kStack);
    zero_ = *task().registers();
    begin();
  }

  void begin() {
    const Bytes empty(kPage);
    write(at_, code_);
    write(kData, empty);
    write(kStack, empty);
    Registers registers{};
    registers.cs = zero_.cs, registers.ss = zero_.ss, registers.eflags = 0x202;
    registers.r15 = kData, registers.rsp = kStackPointer;
    registers.rip = at_, registers.orig_rax = kNoCall;
    MECRR_CHECK(task().set_registers(registers));
  }

  StoppedTask& task() { return blank_.task(); }
  BlankTask& blank() { return blank_; }
  Bytes code() const { return *read_bytes(blank_.task(), RemoteAddress(at_), code_.size()); }
  bool has_original_code() const { return code() == code_; }

  State state() {
    State state{};
    state.registers = *task().registers();
    MECRR_CHECK(task().read(RemoteAddress(kData), object_bytes(state.data)));
    MECRR_CHECK(task().read(RemoteAddress(kStackPointer - kLooked / 2), object_bytes(state.stack)));
    return state;
  }

  /// Those before the first instruction, the second …, and the one at the final call.
  std::vector<State> states() {
    begin();
    std::vector<State> all = {state()};
    while (true) {
      const bool is_pushf = octet_at(all.back().registers.rip) == 0x9c;
      if (!std::holds_alternative<Stepped>(blank_.after(SingleStep{}).stop)) return all;
      if (is_pushf) clear_trap_flag();
      all.push_back(state());
    }
  }

  unsigned octet_at(std::uint64_t address) const {
    return std::to_integer<unsigned>(code_.at(address - at_));
  }

 private:
  void write(std::uint64_t to, ByteView bytes) {
    MECRR_CHECK(task().write(RemoteAddress(to), bytes));
  }

  /// Single-stepping leaves it where pushf has stored flags.
  void clear_trap_flag() {
    const RemoteAddress top(task().registers()->rsp);
    auto flags = *read_object<std::uint64_t>(task(), top);
    flags &= ~std::uint64_t{0x100};
    write(top.value(), object_bytes(flags));
  }

  Bytes code_;
  std::uint64_t at_;
  mutable BlankTask blank_{Bytes{}};
  Registers zero_{};
};

/// Where things have been compared that a probe can compare, too.
struct Word {
  std::uint64_t address;
  std::uint64_t value;
};
std::vector<Word> words_of(const State& state) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < state.data.size(); ++i)
    words.push_back({kData + 8 * i, state.data[i]});
  for (std::size_t i = 0; i < state.stack.size(); ++i)
    words.push_back({kStackPointer - kLooked / 2 + 8 * i, state.stack[i]});
  return words;
}

/// All that is known of a program.
class History {
 public:
  explicit History(Running& running) : states_(running.states()) {
    for (std::size_t i = 1; i < states_.size(); ++i) {
      const std::uint64_t at = states_[i].registers.rip;
      if (at != states_[i - 1].registers.rip || !is_repeated(running, at))
        arrivals_[at].push_back(i);
    }
    const std::vector<Word> first = words_of(states_[0]);
    for (std::size_t w = 0; w < first.size() && changing_.size() < kMaxProbeWords; ++w)
      if (std::ranges::any_of(
              states_, [&](const State& s) { return words_of(s)[w].value != first[w].value; }))
        changing_.push_back(w);
  }

  const std::vector<State>& states() const { return states_; }
  /// By instruction.
  const std::map<std::uint64_t, std::vector<std::size_t>>& arrivals() const { return arrivals_; }

  enum class Compares { kAll, kOneRegister, kNothing };

  /// That stops at the given arrival there.
  Probe probe(std::uint64_t at, std::size_t arrival, Compares compares) const {
    const std::vector<std::size_t>& all = arrivals_.at(at);
    const State& wanted = states_[all[arrival]];
    Probe probe{.at = RemoteAddress(at), .registers = {}, .flags = {}, .words = {}};
    const auto add = [&](std::uint8_t number) {
      probe.registers.push_back({number, general_register(wanted.registers, number)});
    };
    if (compares == Compares::kOneRegister) add(all[arrival] % 16);
    if (compares == Compares::kAll) {
      for (std::uint8_t number = 0; number < 16; ++number) add((number + arrival) % 16);
      probe.flags = wanted.registers.eflags & kProgramFlags;
      const std::vector<Word> words = words_of(wanted);
      for (const std::size_t w : changing_)
        probe.words.push_back({RemoteAddress(words[w].address), 8, words[w].value});
    }
    for (std::size_t before = 0; before < arrival; ++before)
      probe.skip += is_equal(probe, states_[all[before]]) ? 1 : 0;
    return probe;
  }

 private:
  static bool is_repeated(const Running& running, std::uint64_t at) {
    return running.octet_at(at) == 0xf2 || running.octet_at(at) == 0xf3;
  }

  static bool is_equal(const Probe& probe, const State& state) {
    class Known : public Memory {
     public:
      explicit Known(const State& state) : state_(state) {}
      Result<void> read(RemoteAddress from, MutableBytes into) const override {
        for (const Word& word : words_of(state_))
          if (word.address == from.value())
            std::ranges::copy(object_bytes(word.value), into.begin());
        return {};
      }

     private:
      const State& state_;
    };
    return all_equal(probe, state.registers, Known(state));
  }

  std::vector<State> states_;
  std::map<std::uint64_t, std::vector<std::size_t>> arrivals_;
  std::vector<std::size_t> changing_;  ///< of words_of()
};

void expect_same(const State& is, const State& was) {
  for (std::uint8_t number = 0; number < 16; ++number)
    EXPECT_EQ(general_register(is.registers, number), general_register(was.registers, number))
        << "register " << int{number};
  EXPECT_EQ(is.registers.rip, was.registers.rip);
  EXPECT_EQ(is.registers.eflags & kProgramFlags, was.registers.eflags & kProgramFlags);
  EXPECT_EQ(is.registers.eflags & 0x100, 0u);
  EXPECT_EQ(is.data, was.data);
  EXPECT_EQ(is.stack, was.stack);
}

class ProbedProgramTest : public testing::TestWithParam<ProbedProgram> {
 protected:
  Running running_{ByteView(GetParam().begin, GetParam().end)};
  History history_{running_};

  /// From the beginning to the moment, and from there to the end.
  void land(std::uint64_t at, std::size_t arrival, History::Compares compares) {
    SCOPED_TRACE(fmt::format("arrival {} at {:#x}", arrival, at - kCode));
    Probe probe = history_.probe(at, arrival, compares);
    probe.counts_hits = compares != History::Compares::kAll;
    running_.begin();
    const auto kind = running_.task().put_probe(probe);
    ASSERT_TRUE(kind);
    stop_of<Probed>(running_.blank().after(kRun));
    expect_same(running_.state(), history_.states()[history_.arrivals().at(at)[arrival]]);
    EXPECT_TRUE(running_.has_original_code());
    const auto counts = running_.task().take_probe();
    ASSERT_TRUE(counts);
    const bool is_counted = probe.counts_hits || kind == ProbeKind::kTrap;
    EXPECT_EQ(counts->hits, is_counted ? arrival + 1 : 0);
    EXPECT_EQ(counts->matches, probe.skip + 1);
    stop_of<Called>(running_.blank().after(kRun));
    expect_end();
  }

  void expect_end() {
    State at_end = running_.state();
    State end = history_.states().back();
    at_end.registers.rip = end.registers.rip;  // it stands behind its call
    at_end.registers.rax = end.registers.rax;
    at_end.registers.rcx = end.registers.rcx;
    at_end.registers.r11 = end.registers.r11;
    expect_same(at_end, end);
  }
};

TEST_P(ProbedProgramTest, IsStoppedAtEachMomentAndGoesOn) {
  std::mt19937 random(1);
  for (const auto& [at, arrivals] : history_.arrivals()) {
    std::vector<std::size_t> some = {0, arrivals.size() - 1, random() % arrivals.size()};
    for (const std::size_t arrival : some)
      for (const auto compares :
           {History::Compares::kAll, History::Compares::kOneRegister, History::Compares::kNothing})
        ASSERT_NO_FATAL_FAILURE(land(at, arrival, compares));
    if (HasFailure()) return;
  }
}

TEST_P(ProbedProgramTest, IsCountedAtEachInstruction) {
  for (const auto& [at, arrivals] : history_.arrivals()) {
    SCOPED_TRACE(fmt::format("at {:#x}", at - kCode));
    running_.begin();
    Probe probe = history_.probe(at, 0, History::Compares::kAll);
    probe.skip = ~std::uint64_t{0};
    const auto kind = running_.task().put_probe(probe);
    ASSERT_TRUE(kind) << kind.error();
    stop_of<Called>(running_.blank().after(kRun));
    expect_end();
    EXPECT_TRUE(running_.has_original_code());
    EXPECT_EQ(running_.task().take_probe()->hits, arrivals.size());
    if (HasFailure()) return;
  }
}

TEST_P(ProbedProgramTest, IsCountedWhenItIsSingleStepped) {
  for (const auto& [at, arrivals] : history_.arrivals()) {
    running_.begin();
    Probe probe = history_.probe(at, 0, History::Compares::kNothing);
    probe.skip = ~std::uint64_t{0};
    ASSERT_TRUE(running_.task().put_probe(probe));
    while (std::holds_alternative<Stepped>(running_.blank().after(SingleStep{}).stop)) continue;
    EXPECT_EQ(running_.task().take_probe()->hits, arrivals.size()) << at - kCode;
  }
}

TEST_P(ProbedProgramTest, IsStoppedAtAllArrivalsOneAfterTheOther) {
  for (const auto& [at, arrivals] : history_.arrivals()) {
    SCOPED_TRACE(fmt::format("at {:#x}", at - kCode));
    running_.begin();
    ASSERT_TRUE(running_.task().put_probe(history_.probe(at, 0, History::Compares::kNothing)));
    for (const std::size_t state : arrivals) {
      stop_of<Probed>(running_.blank().after(kRun));
      expect_same(running_.state(), history_.states()[state]);
    }
    stop_of<Called>(running_.blank().after(kRun));
    expect_end();
    ASSERT_TRUE(running_.task().take_probe());
    if (HasFailure()) return;
  }
}

TEST_P(ProbedProgramTest, IsStoppedWhereverTheProgramIs) {
  std::mt19937 random(2);
  // Low, as programs are and as just-in-time compilers like it; over the end of a page.
  for (const std::uint64_t begin :
       {0x7fff'0010ULL, 0x5555'5555'5ff3ULL, 0x7fff'f7dd'0ffaULL, 0x7f12'3456'7fe1ULL}) {
    Running running(ByteView(GetParam().begin, GetParam().end), begin);
    const History history(running);
    for (const auto& [at, arrivals] : history.arrivals()) {
      SCOPED_TRACE(fmt::format("at {:#x}", at));
      const std::size_t arrival = random() % arrivals.size();
      running.begin();
      ASSERT_TRUE(running.task().put_probe(history.probe(at, arrival, History::Compares::kAll)));
      stop_of<Probed>(running.blank().after(kRun));
      expect_same(running.state(), history.states()[arrivals[arrival]]);
      EXPECT_EQ(running.task().take_probe()->hits, arrival + 1);
      if (HasFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Probe, ProbedProgramTest, testing::ValuesIn(programs()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mecrr
