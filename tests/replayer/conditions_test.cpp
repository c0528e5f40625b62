// Breakpoints with conditions, and those that are to be passed so many times: they stop where they
// should, count each time, and where a probe can find the moment the task is not stopped for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <atomic>
#include <csignal>

#include "base/hash.h"
#include "device/patching/patch_window.h"
#include "device/patching/probe_window.h"
#include "device/ptrace/ptrace_device.h"
#include "tests/replayer/hand_made.h"
#include "tests/support/call_log_maker.h"

namespace mecrr::hand_made {
namespace {

using testing::ElementsAre;

constexpr StreamId kStream{1};
constexpr RuleId kRule{1};
constexpr RuleId kOther{2};
constexpr std::uint64_t kMillion = 1'000'000;
/// More than a replay needs to find out that a probe will do, and less than any loop here.
constexpr std::uint64_t kFewStops = 10;

/// A ptrace device that counts the stops it has told of.
class CountingDevice final : public Device {
 public:
  std::uint64_t stops = 0;

  Result<Tid> launch(const Launch& launch) override { return device_->launch(launch); }
  Result<StoppedTask> create_blank(const Blank& blank) override {
    return device_->create_blank(blank);
  }
  Result<std::optional<Report>> wait(std::optional<Tid> only, Patience patience) override {
    auto report = device_->wait(only, patience);
    if (report && *report) ++stops;
    return report;
  }
  bool has_tasks() const override { return device_->has_tasks(); }
  Result<Activity> activity(Tid tid) override { return device_->activity(tid); }
  Result<void> kill(Pid pid) override { return device_->kill(pid); }

 private:
  std::unique_ptr<Device> device_ = PtraceDevice::create();
};

std::atomic<bool> is_interrupted{false};

struct Counted {
  explicit Counted(std::unique_ptr<Reader> trace) : reader(std::move(trace)) {
    ReplayOptions options;
    options.interrupted = &is_interrupted;
    auto opened = Replay::open(*reader, device, std::move(options));
    MECRR_CHECK(opened.has_value(), "{}", opened.error().message);
    replay = *std::move(opened);
    device.stops = 0;
  }
  template <class T>
  T run() {
    const Result<Advance> advance = replay->run(Breakpoints::kHeed);
    MECRR_CHECK(advance.has_value(), "{}", advance.error().message);
    const T* came_to = std::get_if<T>(&*advance);
    MECRR_CHECK(came_to != nullptr, "{}", advance->index());
    return *came_to;
  }
  void add(std::uint64_t at, RuleId rule, StopCondition condition = {}, std::uint64_t ignore = 0) {
    const auto added = replay->add_breakpoint({kStream, RemoteAddress(at)}, rule);
    MECRR_CHECK(added.has_value(), "{}", added.error().message);
    replay->rule(rule) = {.condition = std::move(condition), .ignore = ignore};
  }
  std::uint64_t rcx() const { return replay->registers(kTid)->rcx; }
  std::uint64_t hits(RuleId rule) const { return replay->rule(rule).hits; }

  std::unique_ptr<Reader> reader;
  CountingDevice device;
  std::unique_ptr<Replay> replay;
};

Comparison rcx_is(Relation relation, std::uint64_t number) {
  return {{.base = &Registers::rcx}, relation, {.offset = number}};
}
Comparison word_is(std::uint64_t address, std::uint8_t bytes, std::uint64_t number) {
  return {{.offset = address, .bytes = bytes}, Relation::kEqual, {.offset = number}};
}

/// Counts in rcx, and in the first word of data, to the second word.
ASSEMBLY(loop,
         "xor %ecx, %ecx; 1: inc %rcx; mov %rcx, 0x500000; nop; nop; nop; nop; nop; "
         "cmp 0x500008, %rcx; jne 1b; mov $231, %eax; mov $0, %edi; syscall")

std::uint64_t in_loop() { return address_of(loop(), {0x90, 0x90, 0x90}); }
std::uint64_t loop_start() { return address_of(loop(), {0x48, 0xff, 0xc1}); }

pb::Event loop_image(std::uint64_t rounds) {
  constexpr std::size_t kVectorBytes = 576;
  pb::Event start =
      image(kTid, loop(), std::string(8, '\0') + std::string(as_text(object_bytes(rounds))));
  start.mutable_image()->mutable_vector()->set_xsave(std::string(kVectorBytes, '\0'));
  return start;
}

void add_loop_end(Trace& trace, StreamId stream) {
  Registers r = start_registers();
  r.rax = SYS_exit_group, r.rip = syscall_at(loop()), r.eflags = 0x246;
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 0));
}

std::unique_ptr<Reader> loop_of(std::uint64_t rounds) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, loop_image(rounds));
  add_loop_end(trace, stream);
  return std::move(trace).read();
}

// ---- conditions

TEST(StopCondition, HoldsIfAllComparisonsDo) {
  Registers registers{};
  registers.rcx = 5;
  struct NoMemory final : Memory {
    Result<void> read(RemoteAddress, MutableBytes) const override {
      return fail_with_code(EFAULT, "none");
    }
  } const memory;
  const auto holds = [&](std::vector<Comparison> all) {
    return StopCondition{std::move(all)}.holds(registers, memory);
  };
  EXPECT_TRUE(holds({}));
  EXPECT_TRUE(holds({rcx_is(Relation::kEqual, 5)}));
  EXPECT_FALSE(holds({rcx_is(Relation::kEqual, 5), rcx_is(Relation::kUnequal, 5)}));
  EXPECT_TRUE(holds({rcx_is(Relation::kLess, 6), rcx_is(Relation::kAtMost, 5)}));
  EXPECT_TRUE(holds({rcx_is(Relation::kMore, 4), rcx_is(Relation::kAtLeast, 5)}));
  EXPECT_TRUE(holds({rcx_is(Relation::kLess, ~std::uint64_t{0})}));  // unsigned
  EXPECT_FALSE(holds({word_is(0x1000, 8, 0)}));                      // there is no memory
}

TEST(StopCondition, IsAProbeIfRegistersAndWordsAreToEqualNumbers) {
  const RemoteAddress at(kCode);
  const auto probe = as_probe({{rcx_is(Relation::kEqual, 5), word_is(kData, 2, 6)}}, at);
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->registers.at(0).number, 1);
  EXPECT_EQ(probe->words.at(0).bytes, 2);
  EXPECT_TRUE(as_probe({}, at));
  EXPECT_TRUE(as_probe({{{{.offset = 5}, Relation::kEqual, {.base = &Registers::rcx}}}}, at));
  EXPECT_FALSE(as_probe({{rcx_is(Relation::kLess, 5)}}, at));
  EXPECT_FALSE(as_probe({{word_is(kData, 1, 256)}}, at));  // never true
  const Operand on_stack{.base = &Registers::rsp, .offset = 8, .bytes = 8};
  EXPECT_FALSE(as_probe({{{on_stack, Relation::kEqual, {}}}}, at));
  EXPECT_FALSE(as_probe({{{{.base = &Registers::rip}, Relation::kEqual, {}}}}, at));
}

// ---- by probe

TEST(Conditions, ARegistersValueIsFoundInALoopWithoutStops) {
  ASSERT_TRUE(is_probeable(loop().subspan(in_loop() - kCode)));
  Counted counted(loop_of(kMillion));
  counted.add(in_loop(), kRule, {{rcx_is(Relation::kEqual, 777'777)}});
  const auto hit = counted.run<BreakpointHit>();
  EXPECT_EQ(hit.address, RemoteAddress(in_loop()));
  EXPECT_THAT(hit.rules, ElementsAre(kRule));
  EXPECT_EQ(counted.rcx(), 777'777u);
  EXPECT_EQ(counted.hits(kRule), 1u);
  counted.run<Ended>();
  EXPECT_LT(counted.device.stops, kFewStops);
  EXPECT_EQ(counted.hits(kRule), 1u);
}

TEST(Conditions, AWordsValueIsFoundInALoopWithoutStops) {
  for (const std::uint8_t bytes : {8, 4, 2, 1}) {
    Counted counted(loop_of(kMillion));
    const std::uint64_t value = 999'937 & (~std::uint64_t{0} >> (64 - 8 * bytes));
    counted.add(in_loop(), kRule, {{word_is(kData, bytes, value)}});
    counted.run<BreakpointHit>();
    EXPECT_EQ(counted.rcx(), bytes <= 2 ? value : 999'937) << int{bytes};
    EXPECT_LT(counted.device.stops, kFewStops);
  }
}

TEST(Conditions, TheMillionthTimeIsComeToWithoutStops) {
  Counted counted(loop_of(kMillion));
  counted.add(in_loop(), kRule, {}, kMillion - 1);
  counted.run<BreakpointHit>();
  EXPECT_EQ(counted.rcx(), kMillion);
  EXPECT_EQ(counted.hits(kRule), kMillion);
  EXPECT_EQ(counted.replay->rule(kRule).ignore, 0u);
  EXPECT_LT(counted.device.stops, kFewStops);
}

TEST(Conditions, OneThatDoesNotComeToItsCountHasCountedAllTheSame) {
  Counted counted(loop_of(kMillion));
  counted.add(in_loop(), kRule, {}, 2 * kMillion);
  counted.run<Ended>();
  EXPECT_EQ(counted.hits(kRule), kMillion);
  EXPECT_EQ(counted.replay->rule(kRule).ignore, kMillion);
}

TEST(Conditions, AMatchIsPassedAsOftenAsItIsToBe) {
  Counted counted(loop_of(kMillion));
  counted.add(in_loop(), kRule, {{word_is(kData, 1, 7)}}, 1000);
  counted.run<BreakpointHit>();
  EXPECT_EQ(counted.rcx(), 7 + 1000 * 256u);
  EXPECT_LT(counted.device.stops, kFewStops);
}

// ---- from outside

TEST(Conditions, OtherRelationsAreLookedAtEachTime) {
  Counted counted(loop_of(100));
  counted.add(in_loop(), kRule, {{rcx_is(Relation::kMore, 50)}});
  for (std::uint64_t round = 51; round <= 100; ++round) {
    counted.run<BreakpointHit>();
    EXPECT_EQ(counted.rcx(), round);
  }
  counted.run<Ended>();
  EXPECT_EQ(counted.hits(kRule), 50u);
}

TEST(Conditions, MemoryThatIsNotThereStopsNobody) {
  Counted counted(loop_of(100));
  counted.add(in_loop(), kRule, {{word_is(0x900000, 4, 0)}});
  counted.add(loop_start(), kOther,
              {{{{.offset = 0x900000, .bytes = 4}, Relation::kUnequal, {.offset = 1}}}});
  counted.run<Ended>();
}

// ---- mixed

TEST(Conditions, APlainBreakpointAtThePlaceOfOneWithAConditionStopsEachTime) {
  Counted counted(loop_of(5));
  counted.add(in_loop(), kRule, {{rcx_is(Relation::kEqual, 3)}});
  counted.add(in_loop(), kOther);
  for (std::uint64_t round = 1; round <= 5; ++round) {
    const auto hit = counted.run<BreakpointHit>();
    EXPECT_EQ(counted.rcx(), round);
    if (round == 3) {
      EXPECT_THAT(hit.rules, ElementsAre(kRule, kOther));
    } else {
      EXPECT_THAT(hit.rules, ElementsAre(kOther));
    }
  }
  counted.run<Ended>();
  EXPECT_EQ(counted.hits(kRule), 1u);
  EXPECT_EQ(counted.hits(kOther), 5u);
}

TEST(Conditions, TwoInOneLoopAreCountedEach) {
  Counted counted(loop_of(1000));
  counted.add(loop_start(), kRule, {}, 600);
  counted.add(in_loop(), kOther, {}, 300);
  EXPECT_THAT(counted.run<BreakpointHit>().rules, ElementsAre(kOther));
  EXPECT_EQ(counted.rcx(), 301u);
  EXPECT_EQ(counted.hits(kRule), 301u);
  counted.replay->rule(kOther).ignore = 10'000;
  EXPECT_THAT(counted.run<BreakpointHit>().rules, ElementsAre(kRule));
  EXPECT_EQ(counted.rcx(), 600u);
  EXPECT_EQ(counted.hits(kOther), 600u);
  counted.replay->rule(kRule).ignore = 10'000;
  counted.run<Ended>();
  EXPECT_EQ(counted.hits(kRule), 1000u);
  EXPECT_EQ(counted.hits(kOther), 1000u);
}

TEST(Conditions, AFastOneIsFoundBesideAPlainOneInItsJump) {
  Counted counted(loop_of(1000));
  counted.add(in_loop(), kRule, {{rcx_is(Relation::kEqual, 900)}});
  counted.add(in_loop() + 1, kOther, {{rcx_is(Relation::kMore, 950)}});
  EXPECT_THAT(counted.run<BreakpointHit>().rules, ElementsAre(kRule));
  EXPECT_EQ(counted.rcx(), 900u);
  EXPECT_THAT(counted.run<BreakpointHit>().rules, ElementsAre(kOther));
  EXPECT_EQ(counted.rcx(), 951u);
}

TEST(Conditions, TheOneThatIsComeToMostIsTheProbe) {
  Counted counted(loop_of(kMillion));
  counted.add(kCode, kOther, {{rcx_is(Relation::kEqual, 1)}});  // before the loop
  counted.add(in_loop(), kRule, {{rcx_is(Relation::kEqual, kMillion)}});
  counted.run<BreakpointHit>();
  EXPECT_EQ(counted.rcx(), kMillion);
  EXPECT_LT(counted.device.stops, kFewStops);
}

TEST(Conditions, WhereAReplayStandsIsNotCounted) {
  Counted counted(loop_of(10));
  counted.add(kCode, kRule, {}, 1);
  counted.run<Ended>();
  EXPECT_EQ(counted.hits(kRule), 0u);
}

TEST(Conditions, AHitCanBeGoneOnFromWithAnotherCount) {
  Counted counted(loop_of(kMillion));
  counted.add(in_loop(), kRule, {}, 9);
  counted.run<BreakpointHit>();
  EXPECT_EQ(counted.rcx(), 10u);
  counted.replay->rule(kRule).ignore = 89;
  counted.run<BreakpointHit>();
  EXPECT_EQ(counted.rcx(), 100u);
  counted.run<BreakpointHit>();
  EXPECT_EQ(counted.rcx(), 101u);
  EXPECT_EQ(counted.hits(kRule), 101u);
}

// ---- landings

/// The loop gives its turn away in this round, at `at`, and comes back at once.
std::unique_ptr<Reader> loop_with_landing(std::uint64_t rounds, std::uint64_t at,
                                          std::uint64_t round) {
  pb::Event event = hand_made::event(kTid);
  Counted probed(loop_of(rounds));
  probed.add(at, kRule, {{rcx_is(Relation::kEqual, round)}});
  probed.run<BreakpointHit>();
  const Registers r = *probed.replay->registers(kTid);
  *event.mutable_state() = state_of(r);
  pb::Landing& landing = *event.mutable_landing();
  *landing.mutable_registers() = to_trace(r);
  landing.set_vector_hash(vector_hash(*probed.replay->vector_state(kTid)));
  landing.set_stack_hash(hash64({}));
  event.mutable_preempted();
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, loop_image(rounds));
  trace.add(stream, std::move(event));
  add_loop_end(trace, stream);
  return std::move(trace).read();
}

TEST(Conditions, ALandingInTheSameLoopIsComeToAndEachRoundCounted) {
  for (const std::uint64_t at : {loop_start(), in_loop(), in_loop() + 1}) {
    Counted counted(loop_with_landing(500, at, 200));
    counted.add(in_loop(), kRule, {}, 299);
    counted.run<BreakpointHit>();
    EXPECT_EQ(counted.rcx(), 300u) << at - loop_start();
    EXPECT_EQ(counted.replay->landings().landings, 1u);
    EXPECT_EQ(counted.replay->position()->order, Order(2));
    counted.replay->rule(kRule).ignore = 1000;
    counted.run<Ended>();
    EXPECT_EQ(counted.hits(kRule), 500u);
  }
}

TEST(Conditions, OneWhereATaskLandsIsHitOnce) {
  Counted counted(loop_with_landing(500, in_loop(), 200));
  counted.add(in_loop(), kRule, {{rcx_is(Relation::kEqual, 200)}});
  counted.run<BreakpointHit>();
  EXPECT_EQ(counted.rcx(), 200u);
  EXPECT_EQ(counted.replay->position()->order, Order(2));  // the landing has happened
  counted.run<Ended>();
  EXPECT_EQ(counted.hits(kRule), 1u);
}

// ---- other ways to come to a place

ASSEMBLY(moves,
         "mov $0x500000, %edi; mov $0x500100, %esi; mov $100, %ecx; rep movsb; "
         "mov $231, %eax; mov $0, %edi; syscall")

TEST(Conditions, AStringInstructionIsComeToOnce) {
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, image(kTid, moves()));
  Registers r = start_registers();
  r.rax = SYS_exit_group, r.rip = syscall_at(moves()), r.rsi = 0x500164;
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 0));
  Counted counted(std::move(trace).read());
  counted.add(address_of(moves(), {0xf3, 0xa4}), kRule);
  counted.run<BreakpointHit>();
  counted.run<Ended>();
  EXPECT_EQ(counted.hits(kRule), 1u);
}

ASSEMBLY(forks,
         "mov $57, %eax; syscall; nop; nop; nop; nop; nop; mov $231, %eax; mov $0, %edi; syscall")

TEST(Conditions, AForkIsCountedWithItsParent) {
  constexpr Tid kChild{2000};
  Trace trace;
  trace.begin_stream();
  trace.add(kStream, image(kTid, forks()));
  const StreamId stream = trace.begin_stream();
  Registers r = start_registers();
  r.rax = SYS_fork, r.rip = syscall_at(forks());
  trace.add(kStream, entered(kTid, r, 0));
  pb::Event created = event(kTid);
  created.mutable_created()->set_tid(kChild.value());
  created.mutable_created()->set_pid(kChild.value());
  created.mutable_created()->set_stream(static_cast<std::uint32_t>(stream.value()));
  Registers child = r;
  child.rip += 2, child.rax = 0, child.rcx = child.rip, child.r11 = 0x202;
  *created.mutable_created()->mutable_registers() = to_trace(child);
  const Order forked = trace.add(kStream, created);
  pb::Event begins = event(kChild);
  begins.mutable_forked()->set_pid(kChild.value());
  begins.mutable_forked()->set_parent_pid(kTid.value());
  begins.mutable_forked()->set_parent_stream(1);
  begins.mutable_forked()->set_parent_order(forked.value());
  trace.add(stream, begins);
  trace.add(kStream, returned(kTid, SYS_fork, kChild.value()));
  r.rax = SYS_exit_group, r.rip = syscall_at(forks(), 1);
  trace.add(stream, entered(kChild, r, 1));
  trace.add(kStream, entered(kTid, r, 1));
  trace.add(stream, exited(kChild, 0));
  trace.add(kStream, exited(kTid, 0));
  Counted counted(std::move(trace).read());
  counted.add(syscall_at(forks()) + 2, kRule, {}, 1);
  EXPECT_EQ(counted.run<BreakpointHit>().tid, kTid);
  counted.run<Ended>();
  EXPECT_EQ(counted.hits(kRule), 2u);
}

/// 100 calls.
ASSEMBLY(calls,
         "mov $100, %ebx; 1: mov $39, %eax; syscall; nop; nop; nop; nop; nop; dec %ebx; jnz 1b; "
         "mov $231, %eax; mov $0, %edi; syscall")

TEST(Conditions, CallsThatTheAgentAnswersAreNoStopsForThem) {
  constexpr std::size_t kWindow = 5;
  const RemoteAddress site = RemoteAddress(syscall_at(calls())) - kWindow;
  const auto window = PatchWindow::of(calls().subspan(site.value() - kCode, kWindow));
  const auto made = emit(window.value(), {.site = site, .stub = RemoteAddress(0x410000)});
  pb::Event start = image(kTid, calls());
  pb::Patch& patch = *start.mutable_image()->add_patch();
  patch.set_site(made->site.value());
  patch.set_code(std::string(as_text(made->code)));
  patch.set_stub(made->stub.value());
  patch.set_stub_code(std::string(as_text(made->stub_code)));
  CallLogMaker log;
  for (int i = 0; i < 100; ++i)
    log.call({.number = SYS_getpid, .result = 8, .rip = syscall_at(calls()) + 2, .rsp = kStackTop});
  Trace trace;
  const StreamId stream = trace.begin_stream();
  trace.add(stream, std::move(start));
  trace.add(stream, log.event(kTid.value()));
  Registers r = start_registers();
  r.rax = SYS_exit_group, r.rip = syscall_at(calls(), 1), r.eflags = 0x246;
  trace.add(stream, entered(kTid, r, 1));
  trace.add(stream, exited(kTid, 0));
  Counted counted(std::move(trace).read());
  counted.add(syscall_at(calls()) + 2, kRule,
              {{{{.base = &Registers::rbx}, Relation::kEqual, {.offset = 40}}}});
  counted.run<BreakpointHit>();
  EXPECT_EQ(counted.replay->registers(kTid)->rbx, 40u);
  EXPECT_EQ(counted.replay->position()->order, Order(62));
  counted.run<Ended>();
  EXPECT_LT(counted.device.stops, kFewStops);
}

// ---- interrupted

class Alarms {
 public:
  Alarms() {
    struct sigaction action{};
    action.sa_handler = [](int) { is_interrupted = true; };
    ::sigaction(SIGALRM, &action, nullptr);
    const itimerval often{.it_interval = {0, 3000}, .it_value = {0, 3000}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~Alarms() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    is_interrupted = false;
  }
};

/// @return interruptions
int run_to_the_end(Counted& counted) {
  for (int interruptions = 0;; ++interruptions) {
    is_interrupted = false;
    const Result<Advance> advance = counted.replay->run(Breakpoints::kHeed);
    MECRR_CHECK(advance.has_value(), "{}", advance.error().message);
    if (std::holds_alternative<Ended>(*advance)) return interruptions;
    MECRR_CHECK(std::holds_alternative<Interrupted>(*advance), "{}", advance->index());
  }
}

TEST(Conditions, InterruptionsDoNotMakeThemMiscount) {
  {
    constexpr std::uint64_t kRounds = 20 * kMillion;
    Counted counted(loop_of(kRounds));
    counted.add(in_loop(), kRule, {}, 2 * kRounds);
    const Alarms alarms;
    EXPECT_GT(run_to_the_end(counted), 0);
    EXPECT_EQ(counted.hits(kRule), kRounds);
  }
  Counted counted(loop_of(2000));
  counted.add(in_loop(), kRule, {{rcx_is(Relation::kMore, 0)}}, kMillion);
  const Alarms alarms;
  EXPECT_GT(run_to_the_end(counted), 0);
  EXPECT_EQ(counted.hits(kRule), 2000u);
}

}  // namespace
}  // namespace mecrr::hand_made
