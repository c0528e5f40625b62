// What a call through the agent costs beside the call itself, by kind: native, recorded, answered.
// In one process: the agent is mapped here, and the call site below is as a patched one.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/check.h"
#include "base/remote_address.h"
#include "base/unique_fd.h"
#include "device/agent/code.h"

namespace mecrr::agent {
namespace {

using Arguments = std::array<std::uint64_t, 4>;

std::uint64_t number_of(const void* pointer) { return RemoteAddress::of(pointer).value(); }

std::int64_t native(std::uint64_t number, const Arguments& a) {
  register std::uint64_t r10 asm("r10") = a[3];
  std::int64_t result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10)
               : "rcx", "r11", "memory", "cc");
  return result;
}

// One site, so that its record is the same wherever it is called.
[[gnu::noinline]] std::int64_t by_agent(std::uint64_t number, const Arguments& a) {
  register std::uint64_t r10 asm("r10") = a[3];
  std::int64_t result;
  asm volatile(
      "lea 1f(%%rip), %%rcx\n"
      "jmp *0x11000\n"
      "syscall\n"
      "1:"
      : "=a"(result)
      : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10)
      : "rcx", "r11", "memory", "cc");
  return result;
}

AgentState& state() { return *static_cast<AgentState*>(RemoteAddress(kState).as_pointer()); }

/// Maps the agent, once.
void map_agent() {
  if (static bool mapped = false; std::exchange(mapped, true)) return;
  for (const auto& [start, end] :
       {std::pair{kCode, kCodeEnd}, std::pair{kState, kLog + kLogBytes}}) {
    void* at = RemoteAddress(start).as_pointer();
    MECRR_CHECK(::mmap(at, end - start, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == at,
                "no room at {:#x}", start);
  }
  void* const at = RemoteAddress(kCode).as_pointer();
  std::memcpy(at, code().data(), code().size());
  MECRR_CHECK(::mprotect(at, kCodeEnd - kCode, PROT_READ | PROT_EXEC) == 0, "mprotect");
}

/// One kind of call: what it is made of, and what comes after it.
struct Kind {
  std::uint64_t number;
  Arguments arguments;
  bool closes = false;  ///< its result is a descriptor, to be closed
};

enum class By : std::int64_t { kNative, kRecorded, kAnswered };

template <auto make>
void once(const Kind& kind) {
  const std::int64_t result = make(kind.number, kind.arguments);
  benchmark::DoNotOptimize(result);
  if (kind.closes) make(SYS_close, {static_cast<std::uint64_t>(result)});
}

void record(benchmark::State& run, const Kind& kind) {
  constexpr std::uint64_t kFull = kLogBytes - 16 * 1024;
  for (auto unused : run) {
    once<by_agent>(kind);
    if (state().log_used > kFull) state().log_used = 0;  // drained
  }
  MECRR_CHECK(state().calls > 0 && state().abandoned == Abandoned::kNever, "a stop: {}",
              static_cast<std::uint64_t>(state().abandoned));
}

void answer(benchmark::State& run, const Kind& kind) {
  for (int i = 0; i < 50; ++i) once<by_agent>(kind);
  state().log_bytes = state().log_used;
  state().log_used = 0;
  state().mode = Mode::kAnswer;
  for (auto unused : run) {
    once<by_agent>(kind);
    if (state().log_used == state().log_bytes) state().log_used = 0;
  }
  MECRR_CHECK(state().differs == 0, "answers differ");
}

void measure(benchmark::State& run, const Kind& kind) {
  map_agent();
  state() = {};
  state().log_bytes = kLogBytes;
  state().descriptors_known = 1;
  for (std::uint64_t fd = 0; fd < 16; ++fd) state().descriptors[fd] = Descriptor::kNeverWaits;
  state().mode = Mode::kRecord;
  switch (static_cast<By>(run.range(0))) {
    case By::kNative:
      for (auto unused : run) once<native>(kind);
      break;
    case By::kRecorded:
      record(run, kind);
      break;
    case By::kAnswered:
      answer(run, kind);
      break;
  }
}

alignas(64) std::array<std::byte, 65536> buffer;

int zero() {
  static const UniqueFd fd(::open("/dev/zero", O_RDWR | O_CLOEXEC));
  return fd.get();
}

void getpid_call(benchmark::State& run) { measure(run, {SYS_getpid, {}}); }
void clock_gettime_call(benchmark::State& run) {
  measure(run, {SYS_clock_gettime, {CLOCK_MONOTONIC, number_of(&buffer)}});
}
void read_64(benchmark::State& run) {
  measure(run, {SYS_read, {static_cast<std::uint64_t>(zero()), number_of(&buffer), 64}});
}
void read_4096(benchmark::State& run) {
  measure(run, {SYS_read, {static_cast<std::uint64_t>(zero()), number_of(&buffer), 4096}});
}
void write_64(benchmark::State& run) {
  measure(run, {SYS_write, {static_cast<std::uint64_t>(zero()), number_of(&buffer), 64}});
}
void write_4096(benchmark::State& run) {
  measure(run, {SYS_write, {static_cast<std::uint64_t>(zero()), number_of(&buffer), 4096}});
}
void fstat_call(benchmark::State& run) {
  measure(run, {SYS_fstat, {static_cast<std::uint64_t>(zero()), number_of(&buffer)}});
}
void stat_call(benchmark::State& run) {
  measure(run, {SYS_stat, {number_of("/usr/bin/env"), number_of(&buffer)}});
}
void openat_close(benchmark::State& run) {
  measure(run, {SYS_openat,
                {static_cast<std::uint64_t>(AT_FDCWD), number_of("/usr/bin/env"), O_RDONLY, 0},
                true});
}

// 0: native, 1: recorded, 2: answered
BENCHMARK(getpid_call)->DenseRange(0, 2);
BENCHMARK(clock_gettime_call)->DenseRange(0, 2);
BENCHMARK(read_64)->DenseRange(0, 2);
BENCHMARK(read_4096)->DenseRange(0, 2);
BENCHMARK(write_64)->DenseRange(0, 2);
BENCHMARK(write_4096)->DenseRange(0, 2);
BENCHMARK(fstat_call)->DenseRange(0, 2);
BENCHMARK(stat_call)->DenseRange(0, 2);
BENCHMARK(openat_close)->DenseRange(0, 2);

}  // namespace
}  // namespace mecrr::agent

BENCHMARK_MAIN();
