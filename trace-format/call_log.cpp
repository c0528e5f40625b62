#include "trace-format/call_log.h"

#include <algorithm>

#include "base/check.h"
#include "base/hash.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

constexpr std::uint64_t kAlignment = 8;
constexpr std::uint8_t kMaxArguments = 6;

/// How much of data that a call has read an Input shows.
constexpr std::size_t kInputStart = CallPart::kReadStored;

bool are_zeros(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

// Looks at one record after the other, from the log's first byte.
class Check {
 public:
  explicit Check(ByteView log) : log_(log) {}

  bool at_end() const { return at_ == log_.size(); }
  std::uint64_t at() const { return at_; }

  // On success the next one is at().
  Result<void> check_record() {
    const auto record = load<CallRecord>(log_, at_);
    if (!record) return fail("it is cut: the log has {} bytes", log_.size());
    if (record->bytes < sizeof(CallRecord) || record->bytes % kAlignment != 0) {
      return fail("it has {} bytes", record->bytes);
    }
    if (record->bytes > log_.size() - at_) {
      return fail("it is cut: it has {} bytes, the log {}", record->bytes, log_.size());
    }
    if (record->arguments > kMaxArguments) return fail("it has {} arguments", record->arguments);
    if (!pb::Output_IsValid(static_cast<int>(record->output))) {
      return fail("output {} is not known", record->output);
    }
    if (is_counter(*record)) TRY(check_counter(*record));
    if (record->reserved != 0) return fail("what is reserved is {:#x}", record->reserved);
    const std::uint64_t end = at_ + record->bytes;
    std::uint64_t at = at_ + sizeof(CallRecord) + record->arguments * sizeof(std::uint64_t);
    auto last = CallPart::Kind::kText;
    for (unsigned i = 0; i < record->parts && at <= end; ++i) {
      TRY(with_context(check_part(*record, at, end, last), "part {}", i));
    }
    if (at != end) return fail("it has {} bytes, what it holds {}", record->bytes, at - at_);
    at_ = end;
    return {};
  }

 private:
  static Result<void> check_counter(const CallRecord& record) {
    const int arguments = record.number == kRdtscpRecord ? 1 : 0;
    if (record.arguments == arguments && record.parts == 0 && record.output == pb::OUTPUT_NONE)
      return {};
    return fail("it is one of a counter, and has what only calls have");
  }

  // The part at `at`, which goes on behind it; `end` is the record's, `last` the kind of the part
  // before.
  Result<void> check_part(const CallRecord& record, std::uint64_t& at, std::uint64_t end,
                          CallPart::Kind& last) const {
    if (end - at < sizeof(CallPart)) return fail("it is cut");
    const CallPart part = *load<CallPart>(log_, at);
    if (part.kind > CallPart::Kind::kWritten) {
      return fail("kind {} is not known", static_cast<std::uint32_t>(part.kind));
    }
    if (last == CallPart::Kind::kWritten && part.kind != last) {
      return fail("it was read, and stands behind what was written");
    }
    if (part.kind == CallPart::Kind::kShown && record.output == pb::OUTPUT_NONE) {
      return fail("it is shown, and the call has no output");
    }
    if (part.size == 0 && part.kind != CallPart::Kind::kText) return fail("it is empty");
    if (part.size > UINT64_MAX - part.address) {
      return fail("{:#x} bytes from {:#x} wrap around", part.size, part.address);
    }
    if (part.bytes() > end - at) return fail("it is cut: it has {} bytes", part.bytes());
    const std::uint64_t data_end = at + sizeof(CallPart) + part.stored();
    const std::uint64_t filling = -data_end % kAlignment;
    if (!are_zeros(log_.subspan(data_end, filling))) return fail("it is not filled with zeros");
    last = part.kind;
    at += part.bytes();
    return {};
  }

  ByteView log_;
  std::uint64_t at_ = 0;
};

void add_input(const LoggedPart& part, pb::Call& call) {
  pb::Input& input = *call.add_input();
  input.set_address(part.address);
  input.set_size(part.size);
  ByteView start = part.stored;
  if (part.kind != CallPart::Kind::kText) start = start.first(std::min(start.size(), kInputStart));
  input.set_start(as_chars(start), start.size());
  if (start.size() == part.size) return;
  input.set_hash(part.kind == CallPart::Kind::kShown ? hash64(part.stored) : part.hash);
}

/// As if rdtsc or rdtscp had been a stop.
void expand_counter(const CallRecord& head, const CallRecords& record, pb::Event& event) {
  constexpr std::uint32_t kRax = 0, kRcx = 1, kRdx = 2;  // RegisterWrite.number
  const bool is_rdtscp = head.number == kRdtscpRecord;
  pb::Instruction& instruction = *event.mutable_instruction();
  instruction.Clear();
  instruction.set_kind(is_rdtscp ? pb::Instruction::RDTSCP : pb::Instruction::RDTSC);
  instruction.set_length(is_rdtscp ? 3 : 2);
  const auto add = [&](std::uint32_t number, std::uint64_t value) {
    pb::RegisterWrite& write = *instruction.add_write();
    write.set_number(number);
    write.set_value(value);
  };
  const auto counter = static_cast<std::uint64_t>(head.result);
  add(kRax, static_cast<std::uint32_t>(counter));
  add(kRdx, counter >> 32);
  if (is_rdtscp) add(kRcx, record.argument(0));
}

void add_write(const LoggedPart& part, pb::Outcome& outcome) {
  pb::Write& write = *outcome.add_write();
  write.set_address(part.address);
  write.set_data(as_chars(part.stored), part.stored.size());
}

}  // namespace

Result<void> check_call_log(const pb::CallLog& log) {
  const ByteView records = as_bytes(log.records());
  if (records.size() > kMaxLogBytes) return fail("it has {} bytes", records.size());
  if (log.calls() == 0) return fail("it has no calls");
  Check check(records);
  std::uint64_t found = 0;
  for (; !check.at_end(); ++found) {
    const std::uint64_t at = check.at();
    TRY(with_context(check.check_record(), "record {} at byte {}", found, at));
  }
  if (found != log.calls()) return fail("it tells of {} calls, and holds {}", log.calls(), found);
  return {};
}

CallRecord CallRecords::head() const {
  const auto record = load<CallRecord>(left_);
  MECRR_CHECK(record, "{} bytes left", left_.size());
  return *record;
}

std::uint64_t CallRecords::argument(std::uint8_t number) const {
  const auto argument =
      load<std::uint64_t>(left_, sizeof(CallRecord) + number * sizeof(std::uint64_t));
  MECRR_CHECK(argument, "{} of {} bytes", number, left_.size());
  return *argument;
}

LoggedPart CallRecords::part_at(std::uint64_t offset, std::uint64_t& behind) const {
  const auto part = load<CallPart>(left_, offset);
  MECRR_CHECK(part, "{} of {} bytes", offset, left_.size());
  const auto stored = slice(left_, offset + sizeof(CallPart), part->stored());
  MECRR_CHECK(stored, "{} of {} bytes", offset, left_.size());
  behind = offset + part->bytes();
  std::uint64_t hash = 0;
  if (part->has_hash()) {
    const auto stored_hash = load<std::uint64_t>(left_, behind - sizeof hash);
    MECRR_CHECK(stored_hash, "{} of {} bytes", offset, left_.size());
    hash = *stored_hash;
  }
  return {part->address, part->size, part->kind, *stored, hash};
}

std::vector<LoggedPart> CallRecords::parts() const {
  std::vector<LoggedPart> all;
  for_each_part([&](const LoggedPart& part) { all.push_back(part); });
  return all;
}

void CallRecords::pop() {
  const std::uint32_t bytes = head().bytes;
  MECRR_CHECK(bytes >= sizeof(CallRecord) && bytes <= left_.size(), "{} of {}", bytes,
              left_.size());
  left_ = left_.subspan(bytes);
}

ByteView first_calls(ByteView records, std::uint64_t calls) {
  CallRecords walk(records);
  for (; calls != 0; --calls) walk.pop();
  return records.first(records.size() - walk.left().size());
}

void expand_call(const pb::Event& log, std::uint64_t number, const CallRecords& record,
                 pb::Event& event) {
  const CallRecord head = record.head();
  event.set_order(log.order() + number);
  event.set_tid(log.tid());
  event.set_elapsed_us(log.elapsed_us());
  pb::State& state = *event.mutable_state();
  state.set_rip(head.rip);
  state.set_rsp(head.rsp);
  state.set_registers_hash(0);
  if (is_counter(head)) return expand_counter(head, record, event);
  pb::Call& call = *event.mutable_call();
  call.Clear();
  call.set_number(head.number);
  for (std::uint8_t i = 0; i < head.arguments; ++i) call.add_argument(record.argument(i));
  call.set_output(static_cast<pb::Output>(head.output));
  pb::Outcome& outcome = *call.mutable_outcome();
  outcome.set_result(head.result);
  record.for_each_part([&](const LoggedPart& part) {
    if (part.kind == CallPart::Kind::kWritten) {
      add_write(part, outcome);
    } else {
      add_input(part, call);
    }
  });
}

}  // namespace mecrr
