// What a row cannot say about its call: named effects, one per file here. Each has a test. The
// fewer, the better.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/remote_address.h"
#include "device/calls/inputs.h"
#include "device/memory.h"
#include "device/system_call.h"

namespace mecrr::calls {

struct Effect {
  std::string_view name;
  std::string_view says;  ///< for docs/calls.md

  /// What must be remembered from before the call; may be null. Empty where memory cannot be read.
  Bytes (*keep)(const SystemCall& call, const Memory& memory);

  /// Memory written, on top of what the arguments say; may be null. `kept` is what `keep` gave.
  std::vector<RemoteRange> (*written)(const SystemCall& call, ByteView kept, std::int64_t result,
                                      const Memory& memory);

  /// Memory read, on top of what the arguments say; may be null.
  std::vector<Input> (*inputs)(const SystemCall& call, const Memory& memory);
};

namespace effects {

extern const Effect kClone;
extern const Effect kClone3;
extern const Effect kCapget;
extern const Effect kCapset;
extern const Effect kInterfaceList;

}  // namespace effects

}  // namespace mecrr::calls
