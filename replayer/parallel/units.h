// Which streams have to be replayed together.
//
//     make ──fork──> (shell) ──exec──> gcc        an exec's stream needs nothing of others: a unit
//     begins
//       │
//       └──fork──> a stream that begins with a copy of its parent's memory: the parent's unit
//
// So are streams that touch the same object (shared memory, a file that is mapped shared): what one
// of them stores the other can read, and only the recording's order says when. Whatever shares an
// address space is one stream anyhow. An object that nobody can write to, and that has the same
// bytes whenever somebody maps it, says nothing of the order: each program of the C library maps
// such.
//
// The index tells all this (StreamInfo), so no event is read for it.
#pragma once

#include <vector>

#include "base/ids.h"
#include "trace-format/reader.h"

namespace mecrr {

/// Streams that depend on each other, and on no other.
struct Unit {
  std::vector<StreamId> streams;  ///< by number
  Order first;                    ///< of their first event
};

/// All streams of a trace in as many units as there can be, by their first events.
std::vector<Unit> units_of(const Reader& reader);

}  // namespace mecrr
