// Writes a record (base/call_record.h) to the end of the log. It counts only when it is finished;
// until then a call can be abandoned at any instruction, and nothing has happened. Freestanding.
#pragma once

#include <cstdint>

#include "base/call_record.h"
#include "device/agent/call.h"

namespace mecrr::agent {

class Writer {
 public:
  /// Calls that read more in all are stops.
  static constexpr std::uint64_t kMaxRead = 256 * 1024;

  /// Begins a record. @return as all here: false if the call is to be abandoned
  bool begin(const Call& call);

  /// The characters at `start`, up to a zero byte.
  bool add_text(std::uint64_t start);
  /// Memory that the call reads. Nothing at address 0, or of size 0, is nothing.
  bool add_read(std::uint64_t start, std::uint64_t size, CallPart::Kind kind);

  /// Sees to it that a written part of up to `size` bytes will fit.
  bool reserve(std::uint64_t size);
  /// What the kernel has written, within what was reserved.
  void add_written(std::uint64_t start, std::uint64_t size);

  /// Now the record is in the log.
  void finish(std::int64_t result);

  std::uint64_t read() const { return read_; }  ///< bytes, of add_read()

 private:
  CallPart* add_part(std::uint64_t start, std::uint64_t size, CallPart::Kind kind);

  CallRecord* record_;
  std::uint64_t at_;
  std::uint64_t left_;  ///< bytes of the log, without those that are reserved
  std::uint64_t read_ = 0;
  unsigned parts_ = 0;     ///< written, and
  unsigned reserved_ = 0;  ///< to come
};

}  // namespace mecrr::agent
