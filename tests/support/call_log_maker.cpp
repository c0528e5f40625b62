#include "tests/support/call_log_maker.h"

#include "base/check.h"
#include "base/hash.h"

namespace mecrr {

CallLogMaker& CallLogMaker::call(const LoggedCall& call) {
  last_ = records_.size();
  ++calls_;
  append_object(records_, CallRecord{
                              .bytes = static_cast<std::uint32_t>(sizeof(CallRecord) +
                                                                  8 * call.arguments.size()),
                              .number = call.number,
                              .arguments = static_cast<std::uint8_t>(call.arguments.size()),
                              .parts = 0,
                              .result = call.result,
                              .rip = call.rip,
                              .rsp = call.rsp,
                              .output = static_cast<std::uint32_t>(call.output),
                              .reserved = 0,
                          });
  for (const std::uint64_t argument : call.arguments) append_object(records_, argument);
  return *this;
}

CallLogMaker& CallLogMaker::text(std::uint64_t address, std::string_view text) {
  return part(CallPart::Kind::kText, address, text);
}
CallLogMaker& CallLogMaker::read(std::uint64_t address, std::string_view data) {
  return part(CallPart::Kind::kRead, address, data);
}
CallLogMaker& CallLogMaker::shown(std::uint64_t address, std::string_view data) {
  return part(CallPart::Kind::kShown, address, data);
}
CallLogMaker& CallLogMaker::written(std::uint64_t address, std::string_view data) {
  return part(CallPart::Kind::kWritten, address, data);
}

CallLogMaker& CallLogMaker::part(CallPart::Kind kind, std::uint64_t address,
                                 std::string_view data) {
  const CallPart part{address, static_cast<std::uint32_t>(data.size()), kind};
  append_object(records_, part);
  append(records_, as_bytes(data.substr(0, part.stored())));
  while (records_.size() % 8 != 0) records_.push_back(std::byte{0});
  if (part.has_hash()) append_object(records_, hash64(as_bytes(data)));
  CallRecord record = *load<CallRecord>(records_, last_);
  ++record.parts;
  record.bytes = static_cast<std::uint32_t>(records_.size() - last_);
  MECRR_CHECK(store(MutableBytes(records_), last_, record));
  return *this;
}

pb::CallLog CallLogMaker::log() const {
  pb::CallLog log;
  log.set_calls(calls_);
  log.set_records(as_chars(records_), records_.size());
  return log;
}

pb::Event CallLogMaker::event(std::int32_t tid) const {
  pb::Event event;
  event.set_tid(tid);
  event.set_elapsed_us(1);
  *event.mutable_log() = log();
  return event;
}

}  // namespace mecrr
