// Lines of the protocol, read back: what text.h prints, and what tracers write. The grammar is in
// docs/device-protocol.md. A line that is not right gives an error that names the column; nothing
// that a line says makes it crash.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/remote_address.h"
#include "device/calls/call.h"
#include "device/command.h"
#include "device/stop.h"
#include "device/system_call.h"

namespace mecrr::protocol {

/// Bytes that stand behind an argument.
struct Content {
  RemoteAddress address;
  Bytes bytes;

  friend bool operator==(const Content&, const Content&) = default;
};

/// What a line says of a call. A line for people leaves out addresses and registers that the call
/// does not look at: those are as in the call that `current` was when it was parsed.
struct CallLine {
  SystemCall call;
  std::array<bool, calls::kMaxArguments> given{};  ///< registers that the line itself told
  std::vector<Content> contents;                   ///< by ascending argument
};

/// `current` is the call that the task stands at: an argument that is given by its content alone
/// ("this is data") is where the argument of that call is. Fails if there it is nowhere, or the
/// call is another one.
Result<CallLine> parse_call(std::string_view line, const SystemCall& current);

/// "ok 12", "fail EIO", "interrupted ERESTARTSYS": a raw result.
Result<std::int64_t> parse_result(std::string_view line);

/// What text_of(Stop) prints. `current` is the call that the task is in, which `ok` and `fail`
/// belong to.
Result<Stop> parse_stop(std::string_view line, const SystemCall& current);

/// `set`: bytes to be written to the task's memory before it goes on.
struct Set {
  Content content;
};
/// `ok` or `fail` at Returned: the result that the program is to see instead.
struct ReplaceResult {
  std::int64_t result;
};
/// An altered call; `contents` are to be written first.
struct AlteredCall {
  Alter command;
  std::vector<Content> contents;
};

/// What a tracer writes to a stopped task.
using Reply = std::variant<Command, AlteredCall, Set, ReplaceResult>;

Result<Reply> parse_reply(std::string_view line, const SystemCall& current);

}  // namespace mecrr::protocol
