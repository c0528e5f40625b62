// The arguments of a call as Values: what the call table says of each, applied to registers and
// memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "device/calls/call.h"
#include "device/memory.h"
#include "device/protocol/structure.h"
#include "device/protocol/value.h"
#include "device/system_call.h"

namespace mecrr::protocol {

/// Whether the address of memory stands before its content. Without, lines are for people, and a
/// line does not tell all registers of the call; with, it can be read back whole.
enum class Addresses : bool { kHidden, kShown };

/// How much is shown; what is left out is marked by `...`.
struct Limits {
  std::size_t bytes = 64;         ///< of a buffer
  std::size_t text_bytes = 4096;  ///< of a path or another text
  std::size_t items = 32;         ///< of an array: iovecs, pollfds, argv
  Addresses addresses = Addresses::kHidden;
};

/// What is known of a call: the registers, and its result once it is over. Memory is as it is at
/// that moment: in a call that is over, what it wrote is in it.
struct KnownCall {
  const calls::Form& form;
  const SystemCall& call;
  std::optional<std::int64_t>
      result;  ///< raw; without, memory that the call writes is not looked at
  const Memory& memory;
};

/// The argument at `index`. Memory that cannot be read is shown as its address.
Value argument_value(const KnownCall& known, unsigned index, const Limits& limits);

/// How a register of this kind is written and read.
FieldKind field_kind(calls::Kind kind);

/// A number in a register, by its kind.
Value number_value(const calls::Argument& argument, std::uint64_t raw);

/// "FUTEX_WAIT|FUTEX_PRIVATE_FLAG", or the number of a command that has no name.
Value command_value(const calls::Commands& commands, const SystemCall& call);

}  // namespace mecrr::protocol
