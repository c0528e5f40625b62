// Record mode: a call is looked at, made, and logged.
#include <mecrr_agent_table.h>

#include <cerrno>

#include "device/agent/descriptors.h"
#include "device/agent/kernel.h"
#include "device/agent/shaping.h"
#include "device/agent/special.h"
#include "device/agent/writer.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kMaxIovecs = 200;  // so that the parts of a record suffice
constexpr std::uint64_t kMaxRoom = 1 << 30;

struct Iovec {
  std::uint64_t start;
  std::uint64_t size;
};

// struct msghdr
struct MessageHeader {
  std::uint64_t name;
  std::uint32_t name_bytes;
  std::uint32_t padding;
  std::uint64_t iovecs;
  std::uint64_t iovec_count;
  std::uint64_t control;
  std::uint64_t control_bytes;
  std::uint32_t flags;
  std::uint32_t more_padding;
};

/// What one argument hands to the kernel to write into.
struct Room {
  const Pointer* pointer;
  std::uint64_t start;
  std::uint64_t size;
};

/// What is known of a call's memory before it is made: what calls::inputs() and calls::before()
/// find, in the same order.
class Recorder {
 public:
  explicit Recorder(Call& call) : call_(call) {}

  bool look();
  void log(std::int64_t result);
  /// Of a call that shapes memory: likewise, with what the recorder must know.
  bool reserve_key() { return writer_.reserve(sizeof(FileKey)); }
  Verdict log_shape(std::int64_t result);
  /// The kernel met memory that it could not write, after it may have written some.
  bool log_fault();

  std::uint64_t read() const { return writer_.read(); }

 private:
  bool look_at(const Pointer& pointer, std::uint64_t start);
  bool look_at_bytes(const Pointer& pointer, std::uint64_t start, std::uint64_t room);
  bool look_at_iovecs(const Pointer& pointer, std::uint64_t start, std::uint64_t count);
  bool look_at_message(const Pointer& pointer, std::uint64_t start);
  bool copy_iovecs(std::uint64_t array, std::uint64_t count);
  bool read_pieces(CallPart::Kind kind);
  bool reserve_pieces();
  bool make_room(const Pointer& pointer, std::uint64_t start, std::uint64_t size);
  void log_room(const Room& room, std::int64_t result);
  void log_pieces(std::uint64_t size);
  void log_message(const Room& room, std::uint64_t size);

  CallPart::Kind data_kind() const {
    return call_.output != 0 ? CallPart::Kind::kShown : CallPart::Kind::kRead;
  }
  bool is_consumed() const {  ///< what a failing call has read is gone
    return call_.row->needs == Needs::kReadable && call_.descriptor != Descriptor::kNeverWaits &&
           call_.descriptor != Descriptor::kWrittenFile;
  }

  Call& call_;
  Writer writer_;
  Room rooms_[6];
  unsigned room_count_ = 0;
  unsigned piece_count_ = 0;  ///< of iovecs, as they were before the call
  MessageHeader header_;      ///< likewise
  Iovec pieces_[kMaxIovecs];
};

bool Recorder::look() {
  if (!writer_.begin(call_)) return false;
  const Form& form = *call_.form;
  for (unsigned i = 0; i < form.pointers; ++i) {
    const Pointer& pointer = kPointers[form.first_pointer + i];
    const std::uint64_t start = call_.arguments[pointer.argument];
    if (start != 0 && !look_at(pointer, start)) return false;
  }
  return true;
}

bool Recorder::look_at(const Pointer& pointer, std::uint64_t start) {
  if (pointer.shape == Shape::kText) return writer_.add_text(start);
  const std::uint64_t room = evaluate(pointer.room, call_.arguments, 0);
  switch (pointer.shape) {
    case Shape::kBytes:
      return look_at_bytes(pointer, start, room);
    case Shape::kIovecs:
      return look_at_iovecs(pointer, start, room);
    case Shape::kMessage:
      return look_at_message(pointer, start);
    case Shape::kText:
      break;
  }
  return abandon(Abandoned::kCall);
}

bool Recorder::look_at_bytes(const Pointer& pointer, std::uint64_t start, std::uint64_t room) {
  if (pointer.reads != 0) {
    const bool is_data = call_.row->contents == Contents::kWritten && pointer.argument == 1;
    if (!writer_.add_read(start, room, is_data ? data_kind() : CallPart::Kind::kRead)) return false;
  }
  if (pointer.filled.measure == Measure::kNothing || room == 0) return true;
  return make_room(pointer, start, room) && writer_.reserve(room);
}

bool Recorder::look_at_iovecs(const Pointer& pointer, std::uint64_t start, std::uint64_t count) {
  if (!copy_iovecs(start, count)) return false;
  if (!writer_.add_read(start, count * sizeof(Iovec), CallPart::Kind::kRead)) return false;
  if (pointer.reads != 0 && !read_pieces(data_kind())) return false;
  if (pointer.filled.measure == Measure::kNothing) return true;
  rooms_[room_count_++] = {&pointer, start, 0};
  return reserve_pieces();
}

bool Recorder::look_at_message(const Pointer& pointer, std::uint64_t start) {
  header_ = load<MessageHeader>(start);
  if (header_.name == 0) header_.name_bytes = 0;
  if (header_.control == 0) header_.control_bytes = 0;
  const bool reads = pointer.reads != 0;
  const std::uint64_t count = header_.iovecs == 0 ? 0 : header_.iovec_count;
  if (!writer_.add_read(start, sizeof header_, CallPart::Kind::kRead)) return false;
  if (reads && !writer_.add_read(header_.name, header_.name_bytes, CallPart::Kind::kRead))
    return false;
  if (!copy_iovecs(header_.iovecs, count)) return false;
  if (!writer_.add_read(header_.iovecs, count * sizeof(Iovec), CallPart::Kind::kRead)) return false;
  if (reads) {
    return read_pieces(data_kind()) &&
           writer_.add_read(header_.control, header_.control_bytes, CallPart::Kind::kRead);
  }
  if (header_.control_bytes > kMaxRoom || header_.name_bytes > kMaxRoom)
    return abandon(Abandoned::kSize);
  touch_all(header_.name, header_.name_bytes);
  touch_all(header_.control, header_.control_bytes);
  rooms_[room_count_++] = {&pointer, start, sizeof header_};
  // Name, control, and the members of the header that say their lengths.
  return reserve_pieces() && writer_.reserve(header_.name_bytes) &&
         writer_.reserve(header_.control_bytes) && writer_.reserve(sizeof header_);
}

bool Recorder::copy_iovecs(std::uint64_t array, std::uint64_t count) {
  if (count > kMaxIovecs) return abandon(Abandoned::kSize);
  copy(address_of(pieces_), array, count * sizeof(Iovec));
  piece_count_ = static_cast<unsigned>(count);
  return true;
}

bool Recorder::read_pieces(CallPart::Kind kind) {
  for (unsigned i = 0; i < piece_count_; ++i) {
    if (!writer_.add_read(pieces_[i].start, pieces_[i].size, kind)) return false;
  }
  return true;
}

bool Recorder::reserve_pieces() {
  for (unsigned i = 0; i < piece_count_; ++i) {
    const Iovec& piece = pieces_[i];
    if (piece.size == 0) continue;
    if (piece.size > kMaxRoom) return abandon(Abandoned::kSize);
    touch_all(piece.start, piece.size);
    if (!writer_.reserve(piece.size)) return false;
  }
  return true;
}

bool Recorder::make_room(const Pointer& pointer, std::uint64_t start, std::uint64_t size) {
  if (size > kMaxRoom) return abandon(Abandoned::kSize);
  // All of it must be there, so that what is written can be read afterwards. Of a buffer that is
  // filled as far as the result says, only the end matters: where memory ends within, the kernel
  // may write more than it counts.
  if (pointer.filled.measure == Measure::kResult && !is_consumed()) {
    touch(start + size - 1);
  } else {
    touch_all(start, size);
  }
  rooms_[room_count_++] = {&pointer, start, size};
  return true;
}

void Recorder::log(std::int64_t result) {
  if (result != -ENOSYS) {
    for (unsigned i = 0; i < room_count_; ++i) log_room(rooms_[i], result);
  }
  writer_.finish(result);
}

Verdict Recorder::log_shape(std::int64_t result) {
  FileKey key{};
  const Learned learned = result < 0 ? Learned::kFromLog : learned_of(call_, key);
  if (learned == Learned::kFromKey) writer_.add_written(address_of(&key), sizeof key);
  writer_.finish(result);
  return learned == Learned::kAtOnce ? Verdict::kTell : Verdict::kDone;
}

bool is_written(When when, std::int64_t result) {
  return when == When::kAlways || (when == When::kPositive ? result > 0 : result >= 0);
}

void Recorder::log_room(const Room& room, std::int64_t result) {
  const Pointer& pointer = *room.pointer;
  if (!is_written(pointer.when, result)) return;
  const std::uint64_t filled = evaluate(pointer.filled, call_.arguments, result);
  switch (pointer.shape) {
    case Shape::kBytes:
      writer_.add_written(room.start, filled < room.size ? filled : room.size);
      break;
    case Shape::kIovecs:
      log_pieces(filled);
      break;
    case Shape::kMessage:
      log_message(room, filled);
      break;
    case Shape::kText:
      break;
  }
}

void Recorder::log_pieces(std::uint64_t size) {
  for (unsigned i = 0; i < piece_count_ && size > 0; ++i) {
    const std::uint64_t part = pieces_[i].size < size ? pieces_[i].size : size;
    writer_.add_written(pieces_[i].start, part);
    size -= part;
  }
}

void Recorder::log_message(const Room& room, std::uint64_t size) {
  log_pieces(size);
  const MessageHeader after = load<MessageHeader>(room.start);
  const std::uint32_t name = after.name_bytes;
  writer_.add_written(header_.name, name < header_.name_bytes ? name : header_.name_bytes);
  const std::uint64_t control = after.control_bytes;
  writer_.add_written(header_.control,
                      control < header_.control_bytes ? control : header_.control_bytes);
  writer_.add_written(room.start, sizeof after);
}

bool Recorder::log_fault() {
  if (!is_consumed()) return abandon(Abandoned::kFault);
  for (unsigned i = 0; i < room_count_; ++i) {
    const Room& room = rooms_[i];
    if (room.pointer->shape == Shape::kBytes) writer_.add_written(room.start, room.size);
    if (room.pointer->shape != Shape::kBytes) log_pieces(~std::uint64_t{0});
    if (room.pointer->shape == Shape::kMessage) {
      writer_.add_written(header_.name, header_.name_bytes);
      writer_.add_written(header_.control, header_.control_bytes);
      writer_.add_written(room.start, sizeof header_);
    }
  }
  writer_.finish(-EFAULT);
  return true;
}

/// Whether the descriptor can be used now. Before a call that reads from it nothing has been done
/// yet; what a call writes has been looked at.
bool look_at_descriptor(Call& call) {
  const Row& row = *call.row;
  if (row.needs == Needs::kNothing && row.contents == Contents::kKept) return true;
  call.descriptor = known(call.fd(0));
  if (!is_usable(call.descriptor)) return false;
  if (row.contents == Contents::kWritten) call.output = output_of(call.descriptor);
  if (call.output != 0 && state().outputs_are_stops != 0) return abandon(Abandoned::kOutput);
  return row.needs != Needs::kReadable || can_read(call);
}

std::int64_t make(const Call& call) {
  const std::uint64_t* a = call.arguments;
  if (call.row->special != Special::kNone) return make_special(call);
  return kernel(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

}  // namespace

Verdict record(Call& call) {
  if (call.row->special != Special::kNone && !look_at_special(call)) return Verdict::kAbandon;
  if (!look_at_descriptor(call)) return Verdict::kAbandon;
  Recorder recorder(call);
  if (!recorder.look()) return Verdict::kAbandon;
  const bool shapes = call.row->special == Special::kShapes;
  if (shapes && !recorder.reserve_key()) return Verdict::kAbandon;
  if (call.row->needs == Needs::kWritable && !can_write(call, recorder.read()))
    return Verdict::kAbandon;
  const std::int64_t result = make(call);
  // Interrupted by the device, it has done nothing; but a descriptor is closed all the same.
  const bool is_interrupted = result == -EINTR && call.row->special != Special::kCloses;
  if (result == kWouldWait || is_interrupted) {
    abandon(Abandoned::kWaits);
    return Verdict::kAbandon;
  }
  // Which part of the range it has protected the recorder must look at there and then; doing it
  // once more changes nothing.
  if (result == -ENOMEM && call.number == SYS_mprotect) {
    abandon(Abandoned::kFault);
    return Verdict::kAbandon;
  }
  Verdict verdict = Verdict::kDone;
  if (result == -EFAULT) {
    if (!recorder.log_fault()) return Verdict::kAbandon;
  } else if (shapes) {
    verdict = recorder.log_shape(result);
  } else {
    recorder.log(result);
  }
  if (call.row->special != Special::kNone) note_descriptors(call, result);
  state().rax = static_cast<std::uint64_t>(result);
  return verdict;
}

}  // namespace mecrr::agent
