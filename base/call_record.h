// The layout of a call that was made, or is answered, without a stop: what the agent writes into
// its log, what the trace holds (CallLog.records), and what the agent of a replay answers from. One
// layout for the three, so that a megabyte that a program has read is copied and never encoded.
//
// A log is a sequence of records without gaps:
//
//     CallRecord                   40 bytes
//     std::uint64_t arguments[]    CallRecord::arguments of them, raw, as registers had them
//     parts                        CallRecord::parts of them:
//         CallPart                 16 bytes
//         data                     CallPart::stored() bytes, then zeros to a multiple of 8
//         std::uint64_t hash       only behind kRead parts of more than kReadStored bytes
//
// Parts: first the memory that the call has read, in the order of calls::inputs()
// (device/calls/inputs.h), then what it has written, in the order of its arguments. All numbers are
// little-endian and 8-byte aligned within the log.
// rdtsc and rdtscp have records, too: `number` is kRdtscRecord or kRdtscpRecord, `rip` the address
// of the instruction, `result` the counter, there are no parts, and rdtscp has one "argument", what
// it has left in rcx. In a trace it is as hostile as the rest (trace-format/call_log.h checks it).
#pragma once

#include <cstddef>
#include <cstdint>

namespace mecrr {

struct CallRecord {
  std::uint32_t bytes;     ///< of the whole record, this included; a multiple of 8
  std::uint16_t number;    ///< of the call; or kRdtscRecord, kRdtscpRecord
  std::uint8_t arguments;  ///< 0..6: as many as the call takes
  std::uint8_t parts;
  std::int64_t result;  ///< raw: -4095..-1 is a negated errno
  std::uint64_t rip;    ///< behind the `syscall` instruction
  std::uint64_t rsp;
  std::uint32_t output;    ///< of the trace's enum Output: whether it wrote to the recording's
                           ///< own stdout or stderr; then the data are kShown
  std::uint32_t reserved;  ///< 0
};
static_assert(sizeof(CallRecord) == 40);

inline constexpr std::uint16_t kRdtscRecord = 0xfff0;
inline constexpr std::uint16_t kRdtscpRecord = 0xfff1;

/// Whether it is the record of an instruction, and of no call.
constexpr bool is_counter(const CallRecord& record) {
  return record.number == kRdtscRecord || record.number == kRdtscpRecord;
}

struct CallPart {
  enum class Kind : std::uint32_t {
    kText,     ///< read: a text, without its zero byte; stored whole; may be empty
    kRead,     ///< read: the first kReadStored bytes are stored, and a hash64() of all, if longer
    kShown,    ///< read: data that a call with an `output` puts there; stored whole. What leads
               ///< to the data (iovecs, msghdr) is kRead, as ever
    kWritten,  ///< written by the kernel; stored whole
  };
  /// How much of a kRead part is stored.
  static constexpr std::uint32_t kReadStored = 64;

  std::uint64_t address;
  std::uint32_t size;  ///< bytes; 0 only of an empty kText
  Kind kind;

  constexpr std::uint32_t stored() const {
    return kind == Kind::kRead && size > kReadStored ? kReadStored : size;
  }
  constexpr bool has_hash() const { return kind == Kind::kRead && size > kReadStored; }
  /// Of the part in the log, this header included.
  constexpr std::uint64_t bytes() const {
    return sizeof(CallPart) + ((std::uint64_t{stored()} + 7) & ~std::uint64_t{7}) +
           (has_hash() ? sizeof(std::uint64_t) : 0);
  }
};
static_assert(sizeof(CallPart) == 16);

}  // namespace mecrr
