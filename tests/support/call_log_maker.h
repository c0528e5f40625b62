// Makes logs of calls, as an agent would (base/call_record.h): for tests, seeds and benchmarks.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/call_record.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

struct LoggedCall {
  std::uint16_t number = 0;
  std::vector<std::uint64_t> arguments = {};
  std::int64_t result = 0;
  std::uint64_t rip = 0x401002;
  std::uint64_t rsp = 0x7fff'0000;
  pb::Output output = pb::OUTPUT_NONE;
};

class CallLogMaker {
 public:
  /// The next call.
  CallLogMaker& call(const LoggedCall& call);

  // Parts of the last call, in their order.
  CallLogMaker& text(std::uint64_t address, std::string_view text);
  CallLogMaker& read(std::uint64_t address, std::string_view data);
  CallLogMaker& shown(std::uint64_t address, std::string_view data);
  CallLogMaker& written(std::uint64_t address, std::string_view data);

  std::uint32_t calls() const { return calls_; }
  const Bytes& records() const { return records_; }
  pb::CallLog log() const;
  /// An event of that task.
  pb::Event event(std::int32_t tid) const;

 private:
  CallLogMaker& part(CallPart::Kind kind, std::uint64_t address, std::string_view data);

  Bytes records_;
  std::size_t last_ = 0;  // offset of the last call's record
  std::uint32_t calls_ = 0;
};

}  // namespace mecrr
