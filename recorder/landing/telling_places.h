// Places in a task's code where to stop it, and let others run, tells something about the program:
// where it has just looked at memory that others may change, or has come back from a function that
// may have taken or given away what others want. Between two such places nothing happens that
// others could see (docs/chaos.md).
#pragma once

#include <vector>

#include "base/remote_address.h"
#include "device/code/loops.h"
#include "device/code/operands.h"
#include "device/memory.h"
#include "recorder/memory/maps.h"

namespace mecrr {

/// Behind each instruction of `code` that calls, or accesses memory other than the stack; as far as
/// the registers, which are those of only one of them, can tell.
std::vector<RemoteAddress> telling_places(const CodeGraph& code, const FetchCode& fetch,
                                          OperandReader& reader, Registers registers);

/// A function that another one, further in, returns to.
struct Caller {
  RemoteAddress slot;  ///< of the stack, where that is written
  RemoteAddress goes_on;
};

/// The functions that the task is in, but for the innermost: a few, from the inside out, and what
/// looks like one: words of the stack that are behind a call in code from a file.
std::vector<Caller> callers(const Memory& memory, RemoteAddress stack_pointer,
                            const std::vector<MapsLine>& maps, const FetchCode& fetch);

}  // namespace mecrr
