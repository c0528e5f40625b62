// One argument of a call, from its Value: the reverse of arguments.h.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "device/calls/call.h"
#include "device/protocol/value.h"
#include "device/system_call.h"

namespace mecrr::protocol {

/// The register of an argument that is a word: a number, names, or an address.
Result<std::uint64_t> parse_number(const calls::Argument& argument, const Value& value);

/// A command by its name, with its flags; `call` has the level where there is one.
Result<std::uint64_t> parse_command(const calls::Commands& commands, const SystemCall& call,
                                    const Value& value);

/// Whether what is behind the argument is one piece of memory, that a line can give. Lists of
/// buffers and messages are shown, but to be given they need an address in each place.
bool has_content(const calls::Argument& argument);

/// That memory; a text has its zero byte.
Result<Bytes> parse_content(const calls::Argument& argument, const Value& value);

}  // namespace mecrr::protocol
