// What the device knows of the probe in one address space. Tasks that share memory share it.
#pragma once

#include <cstddef>
#include <optional>

#include "base/remote_address.h"
#include "device/probe.h"

namespace mecrr::ptrace {

struct ProbeInForce {
  enum class Armed {
    kNo,    ///< the program's code is as it was: while tasks are stopped
    kTrap,  ///< an int3 stands at Probe::at
  };

  Probe probe;
  Armed armed = Armed::kNo;
  std::byte original{};  ///< what the int3 has replaced
};

struct ProbeSpace {
  std::optional<ProbeInForce> in_force;
};

/// An instruction that is going to be executed by a single step.
struct StepFrom {
  RemoteAddress at;
  bool repeats;  ///< with a `rep` prefix: it may be where it was afterwards, and still the same
  bool pushes_flags;       ///< stores the trap flag of the step where the program could see it
  bool may_set_trap_flag;  ///< it pops flags, or the trap flag was the program's already
};

}  // namespace mecrr::ptrace
