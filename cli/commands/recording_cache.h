// Where recordings keep what files have been packed to (trace-format/packed_cache.h).
#pragma once

#include <string>

namespace mecrr::cli {

/// The folder; empty: there is none.
std::string cache_folder();

/// Has a process of its own pack better what is in the folder, when the machine has nothing else to
/// do, and for a minute of processor time at most. Returns at once; nobody need wait for it. To be
/// called when the command has done all else.
void pack_cache_later();

}  // namespace mecrr::cli
