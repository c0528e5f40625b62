// What a probe costs each time that its instruction is come to and something differs, by what does.
// A blank task executes a loop of a million rounds; counted is the time of a round.
#include <benchmark/benchmark.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <array>

#include "base/check.h"
#include "device/ptrace/ptrace_device.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kCode = 0x555555554000, kData = 0x555555560000, kPage = 0x1000;
constexpr std::uint64_t kRounds = 1'000'000;
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
constexpr std::uint64_t kFirst = kCode + 5;

enum class Differs {
  kNoProbe,
  kFirstRegister,
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

void rounds(benchmark::State& run) {
  const auto device = PtraceDevice::create();
  StoppedTask task = device->create_blank({}).value();
  for (const std::uint64_t at : {kCode, kData})
    MECRR_CHECK(task.perform(map_call(at)).value() == static_cast<std::int64_t>(at));
  MECRR_CHECK(task.write(RemoteAddress(kCode), bytes_at(kLoop, sizeof kLoop)));
  const auto differs = static_cast<Differs>(run.range(0));
  if (differs != Differs::kNoProbe) {
    const auto kind = task.put_probe(probe_of(differs));
    MECRR_CHECK(kind && *kind == ProbeKind::kJump);
  }
  Registers registers = task.registers().value();
  registers.orig_rax = kNoCall;
  registers.rbx = registers.r8 = registers.r9 = registers.r10 = 0;
  registers.r11 = registers.r12 = registers.r13 = registers.r14 = registers.r15 = 0;
  registers.rsi = kData;
  for (auto unused : run) {
    registers.rip = kCode;
    MECRR_CHECK(task.set_registers(registers));
    MECRR_CHECK(std::move(task).resume(Run{}));
    auto report = device->wait(std::nullopt, Patience::kBlock).value();
    MECRR_CHECK(report && report->task && std::holds_alternative<Called>(report->stop));
    task = std::move(*report->task);
  }
  if (differs != Differs::kNoProbe) {
    const ProbeCounts counts = task.take_probe().value();
    MECRR_CHECK(counts.hits == kRounds * run.iterations());
    MECRR_CHECK((counts.matches > 0) == (differs == Differs::kNothingButSkipped));
  }
  run.counters["round"] = benchmark::Counter(
      static_cast<double>(kRounds),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

#define MECRR_ROUNDS(name) \
  BENCHMARK(rounds)->Name(#name)->Arg(static_cast<int>(Differs::name))->UseRealTime()

MECRR_ROUNDS(kNoProbe);
MECRR_ROUNDS(kFirstRegister);
MECRR_ROUNDS(kLargeRegister);
MECRR_ROUNDS(kRcx);
MECRR_ROUNDS(kEighthRegister);
MECRR_ROUNDS(kWord);
MECRR_ROUNDS(kEighthWord);
MECRR_ROUNDS(kFlags);
MECRR_ROUNDS(kNothingButSkipped);

}  // namespace
}  // namespace mecrr

BENCHMARK_MAIN();
