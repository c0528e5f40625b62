// Copies (trace.proto, Copy), as a reader meets them: bytes that a chunk's events are without,
// since an earlier frame has them, or the chunk's own. They are put where they belong as soon as a
// frame is loaded, so that nobody else knows of them.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "trace-format/source_frames.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// The fields of an event that copies may be put into: one of a log, one for each Write of a call's
/// outcome, none of any other.
int copied_fields(const pb::Event& event);
/// One of them.
std::string& copied_field(pb::Event& event, int number);

/// Puts the chunk's copies into its events, and takes them out of the chunk. Fails if they are not
/// as trace.proto and limits.h say; the events are then of no use.
/// @param raw     what the chunk's frame decompresses to
/// @param offset  where in the file that is
/// @param others  the frames before; null: there may be no copies
/// Memory: what is copied, at most kMaxCopiedBytes, and what `others` keeps.
Result<void> expand_copies(pb::Chunk& chunk, ByteView raw, std::uint64_t offset,
                           SourceFrames* others);

}  // namespace mecrr
