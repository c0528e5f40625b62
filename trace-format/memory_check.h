// The rules of trace.proto for what events say about memory: ranges that are ranges, mappings that
// could be made.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// `bytes` from `start`, and not beyond the end of addresses.
Result<void> check_range(std::uint64_t start, std::uint64_t bytes);

/// @param contents  how many there are to refer to
Result<void> check_mapping(const pb::Mapping& mapping, std::uint64_t contents);
Result<void> check_change(const pb::Change& change, std::uint64_t contents);
Result<void> check_object_write(const pb::ObjectWrite& write, std::uint64_t contents);
Result<void> check_writes(const google::protobuf::RepeatedPtrField<pb::Write>& writes);

}  // namespace mecrr
