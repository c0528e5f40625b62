// Logs of calls that were made without a stop (CallLog), as readers meet them: base/call_record.h
// draws the records. What is said of calls holds for an rdtsc, which the agent tells likewise, but
// that expand_call() makes an Instruction of it. Everywhere in a trace a log counts as as many
// events as it has calls.
//
// check_call_log() looks at every byte once, when a frame is loaded or written (event_check.h); the
// rest takes only what it has found good.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/call_record.h"
#include "base/error.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// How many events it stands for: `calls` of a log (whatever that says), 1 of any other.
inline std::uint64_t events_in(const pb::Event& event) {
  return event.has_log() ? event.log().calls() : 1;
}

/// Fails, and says which record is wrong at which byte of the log, unless `log` holds exactly
/// `calls` records that follow base/call_record.h to the letter: a known kind and output, parts in
/// their order, data inside the record, zeros where it says so, addresses that do not wrap.
/// Whether its calls and their arguments make sense, only a replay can tell.
/// Cost: a few nanoseconds a record and part; data are not looked at.
Result<void> check_call_log(const pb::CallLog& log);

/// A part of a record. Views the log.
struct LoggedPart {
  std::uint64_t address = 0;
  std::uint32_t size = 0;
  CallPart::Kind kind = CallPart::Kind::kText;
  ByteView stored;         ///< all of it, or the first CallPart::kReadStored bytes
  std::uint64_t hash = 0;  ///< hash64() of all bytes, where `stored` is not all of them
};

/// Walks records that are checked. Views the log.
class CallRecords {
 public:
  CallRecords() = default;
  explicit CallRecords(ByteView checked) : left_(checked) {}

  bool empty() const { return left_.empty(); }
  /// The records from here to the end.
  ByteView left() const { return left_; }

  // Of the record here: not if empty().
  CallRecord head() const;
  std::uint64_t argument(std::uint8_t number) const;  ///< from 0
  std::vector<LoggedPart> parts() const;
  template <class Take>
  void for_each_part(Take take) const;  ///< take(const LoggedPart&)

  /// Goes on to the next record.
  void pop();

 private:
  LoggedPart part_at(std::uint64_t offset, std::uint64_t& behind) const;

  ByteView left_;
};

/// The first `calls` of these records, which are checked and have no fewer.
ByteView first_calls(ByteView records, std::uint64_t calls);

/// Makes the event that a record stands for, as if its call had been a stop; but its State has no
/// hash of the registers. What `event` held is overwritten, and its memory used again.
/// @param log     the event with the log
/// @param number  of the call in it, from 0
/// @param record  stands at that call
void expand_call(const pb::Event& log, std::uint64_t number, const CallRecords& record,
                 pb::Event& event);

template <class Take>
void CallRecords::for_each_part(Take take) const {
  const CallRecord call = head();
  std::uint64_t at = sizeof(CallRecord) + call.arguments * sizeof(std::uint64_t);
  for (unsigned i = 0; i < call.parts; ++i) take(part_at(at, at));
}

}  // namespace mecrr
