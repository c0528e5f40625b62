// What a probe's jump leads to: code that compares, counts, and goes on with the instructions that
// have given way; or stops at an int3 with all registers the program's. It is made for one Probe:
// the values stand in it. (The drawing is in state.h.)
//
// It touches no flags, vector registers or program memory but the words that it reads; and the
// program's stack only as a call does that it stands for. So at each instruction of the moved code
// the task is as it would be in the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/remote_address.h"
#include "device/patching/probe_window.h"
#include "device/probe.h"

namespace mecrr {

struct ProbeStub {
  /// Of the stub's instructions that the program has, too, and of those that stand for one.
  struct Place {
    std::uint32_t offset;      ///< in the stub
    RemoteAddress in_program;  ///< what is about to be executed
    bool is_whole;             ///< the program's instruction begins here
    bool is_pushed = false;    ///< a return address is on the stack already: rsp is 8 lower
  };

  RemoteAddress start;  ///< entered here
  Bytes code;
  std::uint32_t behind_trap;   ///< of the int3: here a task stops
  std::uint32_t words;         ///< from here on …
  std::uint32_t behind_words;  ///< … to here, words are read: that may fault
  std::uint32_t differs;       ///< where a task goes on whose word cannot be read
  std::uint32_t moved;         ///< the first moved instruction
  std::vector<Place> places;   ///< by offset

  RemoteRange range() const { return {start, code.size()}; }
  /// Whether a task there is comparing.
  bool compares(RemoteAddress rip) const { return rip >= start && rip - start < moved; }
  bool reads_word(RemoteAddress rip) const {
    return rip >= start + words && rip < start + behind_words;
  }
  /// Where the moved one is of a program's instruction; empty if it has not been moved.
  std::optional<RemoteAddress> in_stub(RemoteAddress in_program) const;
  /// Null if `rip` is at no moved instruction.
  const Place* place(RemoteAddress rip) const;
};

/// Room for any.
inline constexpr std::size_t kMostProbeStubBytes = 16384;

/// Empty if something that an instruction refers to would be too far.
/// @param window  of the code at probe.at
std::optional<ProbeStub> emit(const Probe& probe, const ProbeWindow& window, RemoteAddress stub);

/// The jump that is to be written over the code.
Bytes jump_to_stub(RemoteAddress at, RemoteAddress stub);

}  // namespace mecrr
