// A probe: names a moment of a task's computation, for the device to stop the task there. What it
// takes to find the right one of a thousand times that a loop comes to an instruction, without a
// stop each time.
//
// One probe can be in force in an address space, from StoppedTask::put_probe() to take_probe(); it
// holds for all tasks in it, of which only one may run at a time. A fork's child has none. While a
// task is stopped, its memory is as if there were no probe.
//
// What counts: each time that a task has come to the instruction at `at` and is about to execute
// it, by whatever jump or fall, and by SingleStep. Not: that it stands there when it is resumed
// (or when the probe is put), be it after Probed, Called or Answered, or because its registers were
// set. So whoever resumes a task that stands at `at` looks first whether it is the moment already
// (all_equal()). A `rep` instruction that is interrupted and goes on has not been come to anew.
//
// A program that changes or reads the code at `at` itself while it runs is not served: what it
// changes may be lost to the stub, what it reads is the probe's.
//
// A signal from outside (an interrupt) that finds the task at `at`, just arrived, comes after the
// comparison: if all is equal, Probed is reported, and not the signal. Likewise Probed, and not
// Stepped, after a SingleStep to `at`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/remote_address.h"
#include "device/memory.h"
#include "device/registers.h"

namespace mecrr {

inline constexpr std::size_t kMaxProbeWords = 256;
inline constexpr std::size_t kMaxProbeRegisters = 16;

/// The task is about to execute the instruction at `at`; its registers and its memory have these
/// values.
struct Probe {
  struct RegisterIs {
    std::uint8_t number;  ///< as x86-64 encodes it: 0 rax, 1 rcx, 2 rdx, 3 rbx, 4 rsp … 15 r15
    std::uint64_t value;
  };
  /// In memory. One that the program cannot read is not equal. (A kTrap reads whatever is mapped.)
  struct WordIs {
    RemoteAddress address;
    std::uint8_t bytes;  ///< 1, 2, 4 or 8
    std::uint64_t value;
  };

  RemoteAddress at;
  /// At most kMaxProbeRegisters; compared in this order: the one that tells most first.
  std::vector<RegisterIs> registers;
  std::optional<std::uint64_t> flags;  ///< compared: kProgramFlags
  std::vector<WordIs> words;           ///< at most kMaxProbeWords; compared in this order
  std::uint64_t skip = 0;              ///< so many matches are let pass before the stop
  bool counts_hits = true;             ///< ProbeCounts::hits; costs 1 ns each time
};

struct ProbeCounts {
  std::uint64_t hits;     ///< times the instruction was come to; kJump: 0 if not Probe::counts_hits
  std::uint64_t matches;  ///< times all was equal: those let pass, and the one that stopped
};

/// What a probe costs.
enum class ProbeKind {
  kJump,  ///< nanoseconds for each time that something differs
  kTrap,  ///< stops for each time; some 40 µs. Where the code allows nothing else (is_probeable()),
          ///< there is no room for a stub, something stands in the code that did not when the probe
          ///< was put (a breakpoint), or the program maps something where the stub was
};

/// Of the numbers of Probe::RegisterIs.
std::uint64_t general_register(const Registers& registers, std::uint8_t number);

/// Whether this is the moment.
bool all_equal(const Probe& probe, const Registers& registers, const Memory& memory);

}  // namespace mecrr
