// Changing some events of a trace that is finished.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Changes one event; not its order, nor what the index tells of it.
using ChangeEvent = std::function<void(pb::Event&)>;

/// Puts another file in the place of `path`: the same trace, but for the events of these orders
/// (which are not in logs of calls). All other frames are copied as they are, unless
/// they have copies of what is in changed ones: these are stored in them then. The file is made
/// beside it and renamed, so that one of the two is there at every moment; whatever fails, the old
/// one stays.
/// Fails if the trace has no index, since its recorder died.
Result<void> rewrite_events(const std::string& path, const std::set<Order>& which,
                            const ChangeEvent& change);

}  // namespace mecrr
