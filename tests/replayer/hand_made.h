// Traces made by hand, of programs of a few instructions.
//
//     Trace trace;
//     const StreamId stream = trace.begin_stream();
//     trace.add(stream, image(kTid, code({0xb8, …})));
//     trace.add(stream, call(kTid, registers, 3, 3));
//     const auto reader = std::move(trace).read();
#pragma once

#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "base/ids.h"
#include "device/device.h"
#include "device/registers.h"
#include "replayer/replay.h"
#include "trace-format/reader.h"
#include "trace-format/writer.h"

namespace mecrr::hand_made {

inline constexpr std::uint64_t kCode = 0x400000;
inline constexpr std::uint64_t kData = 0x500000;
inline constexpr std::uint64_t kStack = 0x7ff000;     ///< one page
inline constexpr std::uint64_t kStackTop = 0x7fff00;  ///< rsp at the start
inline constexpr Tid kTid{1000};

/// Defines `name`(), machine code that may be copied anywhere:
///     ASSEMBLY(exits, "mov $231, %eax; xor %edi, %edi; syscall")
// clang-format off
#define ASSEMBLY(name, text)                                                                  \
  extern "C" const char name##_begin[], name##_end[];                                         \
  asm(".pushsection .rodata; " #name "_begin: " text "; " #name "_end: .popsection");         \
  ByteView name() { return bytes_at(name##_begin, static_cast<std::size_t>(name##_end - name##_begin)); }
// clang-format on

/// Address in the program of the nth place (from 0) with these bytes.
std::uint64_t address_of(ByteView code, std::initializer_list<int> octets, int nth = 0);
/// Of the nth `syscall` instruction.
std::uint64_t syscall_at(ByteView code, int nth = 0);

/// Before the first instruction of a program that begin() has begun.
Registers start_registers();
pb::Registers to_trace(const Registers& registers);
pb::State state_of(const Registers& registers);

/// An image with `code` at kCode, `data` at kData and a stack. Private anonymous memory.
pb::Event image(Tid tid, ByteView code, std::string_view data = "");
/// The same for a program that is not the recording's first: it comes from the first stream.
pb::Event later_image(Tid tid, ByteView code, std::string_view data = "");
pb::Mapping mapping(std::uint64_t start, std::uint64_t size, int protection);

pb::Event event(Tid tid);
/// A call that the task makes with these registers, and its result. Registers are those before the
/// `syscall` instruction; the state is behind it.
pb::Event call(Tid tid, const Registers& before, std::size_t arguments, std::int64_t result);
pb::Event entered(Tid tid, const Registers& before, std::size_t arguments);
pb::Event returned(Tid tid, std::uint32_t number, std::int64_t result);
pb::Event exited(Tid tid, int status);
/// An instruction that the recorder has decided, with the task as it is before it.
pb::Event instruction(Tid tid, const Registers& before, pb::Instruction::Kind kind, int length);
/// A fault that the task raises with these registers.
pb::Event fault(Tid tid, const Registers& at, const siginfo_t& info);

/// The input that a call reads.
void add_input(pb::Call& call, std::uint64_t address, std::string_view bytes);

/// A replay of a trace on the ptrace device, and what the program writes.
class Replayed {
 public:
  explicit Replayed(std::unique_ptr<Reader> trace, std::optional<Pid> only = std::nullopt);

  /// Why it could not be opened, or else the error that running it to its end comes to.
  std::string error();
  /// What a move came to, which must be this.
  template <class T>
  T came_to(const Result<Advance>& advance) const {
    MECRR_CHECK(advance.has_value(), "{}", advance.error().message);
    const auto* divergence = std::get_if<Divergence>(&*advance);
    const T* wanted = std::get_if<T>(&*advance);
    MECRR_CHECK(wanted != nullptr, "{}: {}", advance->index(),
                divergence == nullptr ? "" : divergence->summary());
    return *wanted;
  }
  template <class T>
  T run() {
    return came_to<T>(replay().run(Breakpoints::kHeed));
  }
  Replay& replay() { return *replay_; }
  Reader& reader() { return *reader_; }
  const std::string& output() const { return output_; }

 private:
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<Device> device_;
  std::string output_;
  std::string error_;
  std::unique_ptr<Replay> replay_;  // before the device is gone
};

class Trace {
 public:
  Trace();
  StreamId begin_stream() { return writer_->begin_stream(); }
  Order add(StreamId stream, pb::Event event) { return writer_->add(stream, std::move(event)); }
  Writer& writer() { return *writer_; }
  /// Finishes it, and opens it. Fails where the format itself forbids what was added.
  Result<std::unique_ptr<Reader>> try_read() &&;
  std::unique_ptr<Reader> read() &&;

 private:
  std::shared_ptr<Bytes> file_;
  std::optional<Writer> writer_;
};

}  // namespace mecrr::hand_made
