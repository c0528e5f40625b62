// Registers between trace and device.
#pragma once

#include <vector>

#include "base/error.h"
#include "device/registers.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// As a task of this machine can have them: the code and stack segments are always those of 64-bit
/// programs, whatever the trace says.
Registers from_trace(const pb::Registers& registers);

/// Sets the register that a RegisterWrite means. False if there is no such register.
[[nodiscard]] bool set_register(Registers& registers, std::uint32_t number, std::uint64_t value);

/// Lays vector states of the recording machine out as this processor wants them.
class VectorLayout {
 public:
  /// `components` as in Header.machine.vector.
  explicit VectorLayout(const pb::Machine& recorded);

  /// The state of the trace in the place of `present`, which the device has given for a task. Fails
  /// if a component is in use that this processor lacks (a program that uses AVX-512 cannot be
  /// replayed without it), or the state makes no sense.
  Result<VectorState> translate(const pb::Vector& vector, const VectorState& present) const;

 private:
  struct Component {
    std::uint32_t number, from, to, size;
  };
  std::vector<Component> common_;  // that both machines have
  std::vector<Component> absent_;  // that only the recording machine has
};

}  // namespace mecrr
