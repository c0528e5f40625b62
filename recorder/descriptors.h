// What the agent is told of a descriptor that it has not opened itself.
#pragma once

#include <functional>

#include "base/ids.h"
#include "device/agent/state.h"
#include "recorder/memory/tracee_files.h"

namespace mecrr {

/// Whether some program that is recorded may see in its memory what is written to the file.
using IsMapped = std::function<bool(const FileIdentity& file)>;

/// kUnknown if the task has no such descriptor, or we may not look at it.
agent::Descriptor kind_of_descriptor(Tid tid, int descriptor, const IsMapped& is_mapped);

}  // namespace mecrr
