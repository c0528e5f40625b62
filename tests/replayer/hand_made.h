// Traces made by hand, of programs of a few instructions.
//
//     Trace trace;
//     const StreamId stream = trace.begin_stream();
//     trace.add(stream, image(kTid, code({0xb8, …})));
//     trace.add(stream, call(kTid, registers, 3, 3));
//     const auto reader = std::move(trace).read();
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "device/registers.h"
#include "device/system_call.h"
#include "trace-format/reader.h"
#include "trace-format/writer.h"

namespace mecrr::hand_made {

inline constexpr std::uint64_t kCode = 0x400000;
inline constexpr std::uint64_t kData = 0x500000;
inline constexpr std::uint64_t kStack = 0x7ff000;     ///< one page
inline constexpr std::uint64_t kStackTop = 0x7fff00;  ///< rsp at the start
inline constexpr Tid kTid{1000};

Bytes code(std::initializer_list<int> octets);

/// Before the first instruction of a program that begin() has begun.
Registers start_registers();
pb::Registers to_trace(const Registers& registers);
pb::State state_of(const Registers& registers);

/// An image with `code` at kCode, `data` at kData and a stack. Private anonymous memory.
pb::Event image(Tid tid, ByteView code, std::string_view data = "");
pb::Mapping mapping(std::uint64_t start, std::uint64_t size, int protection);

pb::Event event(Tid tid);
/// A call that the task makes with these registers, and its result. Registers are those before the
/// `syscall` instruction; the state is behind it.
pb::Event call(Tid tid, const Registers& before, std::size_t arguments, std::int64_t result);
pb::Event entered(Tid tid, const Registers& before, std::size_t arguments);
pb::Event exited(Tid tid, int status);

/// The input that a call reads.
void add_input(pb::Call& call, std::uint64_t address, std::string_view bytes);

class Trace {
 public:
  Trace();
  StreamId begin_stream() { return writer_->begin_stream(); }
  Order add(StreamId stream, pb::Event event) { return writer_->add(stream, std::move(event)); }
  Writer& writer() { return *writer_; }
  /// Finishes it, and opens it.
  std::unique_ptr<Reader> read() &&;

 private:
  std::shared_ptr<Bytes> file_;
  std::optional<Writer> writer_;
};

}  // namespace mecrr::hand_made
