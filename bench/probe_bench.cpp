// What a probe costs each time that its instruction is come to and something differs, by what does.
// A blank task executes a loop of a million rounds; counted is the time of a round.
#include <benchmark/benchmark.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "base/check.h"
#include "device/ptrace/ptrace_device.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kCode = 0x555555554000, kData = 0x555555560000, kPage = 0x1000;
constexpr std::uint32_t kRounds = 1'000'000;
constexpr std::uint8_t kRcx = 1, kRbx = 3, kRsi = 6;

//     mov kRounds, %ecx
// 1:  lea 8(%rbx), %rdx
//     mov (%rsi), %rax
//     dec %ecx
//     jnz 1b
//     syscall
constexpr std::uint8_t kLoop[] = {0xb9, 0x40, 0x42, 0x0f, 0x00,  //
                                  0x48, 0x8d, 0x53, 0x08,        //
                                  0x48, 0x8b, 0x06,              //
                                  0xff, 0xc9,                    //
                                  0x75, 0xf5,                    //
                                  0x0f, 0x05};
constexpr std::uint64_t kFirst = kCode + 5, kDecrement = kCode + 12;

enum class Differs {
  kNoProbe,
  kFirstRegister,
  kNotCounted,     ///< likewise, and hits are not counted
  kLargeRegister,  ///< likewise, and its value has more than 32 bits
  kRcx,            ///< the register that the stub itself uses
  kEighthRegister,
  kWord,
  kEighthWord,
  kFlags,
  kNothingButSkipped,
};

Probe probe_of(Differs differs) {
  Probe probe{.at = RemoteAddress(kFirst), .registers = {}, .flags = {}, .words = {}};
  const auto equal_registers = [&](int count) {
    for (int i = 0; i < count; ++i)
      probe.registers.push_back({static_cast<std::uint8_t>(8 + i), 0});
  };
  switch (differs) {
    case Differs::kNoProbe:
      break;
    case Differs::kFirstRegister:
      probe.registers = {{kRbx, 5}};
      break;
    case Differs::kNotCounted:
      probe.registers = {{kRbx, 5}};
      probe.counts_hits = false;
      break;
    case Differs::kLargeRegister:
      probe.registers = {{kRsi, kData + 8}};
      break;
    case Differs::kRcx:
      probe.registers = {{kRcx, ~std::uint64_t{0}}};
      break;
    case Differs::kEighthRegister:
      equal_registers(7);
      probe.registers.push_back({kRbx, 5});
      break;
    case Differs::kWord:
      probe.registers = {{kRbx, 0}};
      probe.words = {{RemoteAddress(kData), 8, 5}};
      break;
    case Differs::kEighthWord:
      for (std::uint64_t i = 0; i < 8; ++i)
        probe.words.push_back({RemoteAddress(kData + 8 * i), 8, i == 7 ? 5U : 0U});
      break;
    case Differs::kFlags:
      probe.flags = 0xcd5;
      break;
    case Differs::kNothingButSkipped:
      probe.registers = {{kRbx, 0}};
      probe.skip = ~std::uint64_t{0};
      break;
  }
  return probe;
}

SystemCall map_call(std::uint64_t at) {
  return {SYS_mmap,
          {at, kPage, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
           ~std::uint64_t{0}, 0}};
}

/// A task before the loop.
class Looping {
 public:
  explicit Looping(std::uint32_t rounds) {
    for (const std::uint64_t at : {kCode, kData})
      MECRR_CHECK(task_.perform(map_call(at)).value() == static_cast<std::int64_t>(at));
    MECRR_CHECK(task_.write(RemoteAddress(kCode), bytes_at(kLoop, sizeof kLoop)));
    MECRR_CHECK(task_.write(RemoteAddress(kCode + 1), object_bytes(rounds)));
    begin_ = task_.registers().value();
    begin_.orig_rax = kNoCall;
    begin_.rbx = begin_.r8 = begin_.r9 = begin_.r10 = 0;
    begin_.r11 = begin_.r12 = begin_.r13 = begin_.r14 = begin_.r15 = 0;
    begin_.rsi = kData;
    begin_.rip = kCode;
  }

  StoppedTask& task() { return task_; }

  void run_through() {
    MECRR_CHECK(task_.set_registers(begin_));
    MECRR_CHECK(std::move(task_).resume(Run{}));
    auto report = device_->wait(std::nullopt, Patience::kBlock).value();
    MECRR_CHECK(report && report->task && std::holds_alternative<Called>(report->stop));
    task_ = std::move(*report->task);
  }

 private:
  std::unique_ptr<PtraceDevice> device_ = PtraceDevice::create();
  StoppedTask task_ = device_->create_blank({}).value();
  Registers begin_{};
};

void run_rounds(benchmark::State& run, std::uint32_t rounds, const std::optional<Probe>& probe,
                ProbeKind kind) {
  Looping looping(rounds);
  if (probe) MECRR_CHECK(looping.task().put_probe(*probe).value() == kind);
  for (auto unused : run) looping.run_through();
  if (probe) {
    const std::uint64_t hits = looping.task().take_probe().value().hits;
    MECRR_CHECK(hits == (probe->counts_hits ? std::uint64_t{rounds} * run.iterations() : 0));
  }
  run.counters["round"] = benchmark::Counter(
      rounds, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void jump(benchmark::State& run) {
  const auto differs = static_cast<Differs>(run.range(0));
  const bool has_probe = differs != Differs::kNoProbe;
  run_rounds(run, kRounds, has_probe ? std::optional(probe_of(differs)) : std::nullopt,
             ProbeKind::kJump);
}

void trap(benchmark::State& run) {
  Probe probe = probe_of(Differs::kFirstRegister);
  probe.at = RemoteAddress(kDecrement);
  run_rounds(run, 1000, probe, ProbeKind::kTrap);
}

void put_and_take(benchmark::State& run) {
  Looping looping(1);
  const Probe probe = probe_of(Differs::kEighthWord);
  for (auto unused : run) {
    MECRR_CHECK(looping.task().put_probe(probe).value() == ProbeKind::kJump);
    MECRR_CHECK(looping.task().take_probe());
  }
}

#define MECRR_ROUNDS(name) \
  BENCHMARK(jump)->Name(#name)->Arg(static_cast<int>(Differs::name))->UseRealTime()

MECRR_ROUNDS(kNoProbe);
MECRR_ROUNDS(kFirstRegister);
MECRR_ROUNDS(kNotCounted);
MECRR_ROUNDS(kLargeRegister);
MECRR_ROUNDS(kRcx);
MECRR_ROUNDS(kEighthRegister);
MECRR_ROUNDS(kWord);
MECRR_ROUNDS(kEighthWord);
MECRR_ROUNDS(kFlags);
MECRR_ROUNDS(kNothingButSkipped);
BENCHMARK(trap)->UseRealTime();
BENCHMARK(put_and_take)->UseRealTime();

}  // namespace
}  // namespace mecrr

BENCHMARK_MAIN();
