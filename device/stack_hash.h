// What stands on top of a task's stack, as a number: a cheap check of where a task has come to.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "base/remote_address.h"
#include "device/memory.h"

namespace mecrr {

/// A hash of the memory in `range`. It is in State.stack_hash, so its definition is part of the
/// trace format: hash64() of the bytes, but for words that ld.so may have left there by XSAVE
/// (docs/nondeterminism.md). Such a word says which vector registers were in use, which is the
/// processor's affair. It begins 64 bytes at a multiple of 64 of which all others are zero (the
/// header of an XSAVE area: Intel's manual, volume 1, 13.4.2), has no bit above the lowest byte,
/// and counts as zero.
Result<std::uint64_t> stack_hash(const Memory& memory, RemoteRange range);

}  // namespace mecrr
