// The device's words as the trace's messages.
#pragma once

#include <csignal>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/remote_address.h"
#include "device/memory.h"
#include "device/registers.h"
#include "device/system_call.h"
#include "device/task.h"
#include "recorder/memory/robust_list.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

pb::State state_of(const Registers& registers);
pb::Registers message_of(const Registers& registers);
pb::Vector message_of(const VectorState& state);
/// The siginfo_t, without trailing zeros.
std::string info_of(const siginfo_t& info);

/// Number and arguments, and what the call reads.
Result<pb::Call> call_message(const SystemCall& call, const SystemCall& effective,
                              const Memory& memory);

using Writes = google::protobuf::RepeatedPtrField<pb::Write>;
void add_write(RemoteAddress at, ByteView bytes, Writes* to);
/// The bytes that are in these ranges now.
Result<void> add_writes(const Memory& memory, const std::vector<RemoteRange>& ranges, Writes* to);
void add_writes(const std::vector<DyingWrite>& writes, Writes* to);

}  // namespace mecrr
