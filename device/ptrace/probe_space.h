// What the device knows of the probe in one address space. Tasks that share memory share it.
#pragma once

#include <cstddef>
#include <memory>

#include "base/bytes.h"
#include "base/remote_address.h"
#include "device/agent/state.h"
#include "device/patching/probe_stub.h"
#include "device/probe.h"

namespace mecrr::ptrace {

inline constexpr RemoteAddress kProbeState{agent::kState + offsetof(agent::AgentState, probe)};

/// A stub that is in memory, and what leads to it.
struct PlacedStub {
  ProbeStub stub;
  RemoteRange mapped;  ///< whole pages, ours
  Bytes original;      ///< the instructions that the stub has in place of the program
  Bytes jump;          ///< what the first of them are to be overwritten with
};

struct ProbeInForce {
  enum class Armed {
    kNo,    ///< the program's code is as it was: while tasks are stopped
    kJump,  ///< PlacedStub::jump stands at Probe::at
    kTrap,  ///< an int3
  };

  Probe probe;
  std::unique_ptr<PlacedStub> placed{};  ///< null: an int3
  Armed armed = Armed::kNo;
  Bytes original{};  ///< what the jump or int3 has replaced
};

struct ProbeSpace {
  std::unique_ptr<ProbeInForce> in_force;  ///< null: there is none
};

}  // namespace mecrr::ptrace
