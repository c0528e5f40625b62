#include "device/calls/written_memory.h"

#include <algorithm>
#include <cerrno>

#include "device/calls/effects/effect.h"
#include "device/calls/errno_names.h"
#include "device/calls/table.h"

namespace mecrr::calls {
namespace {

std::uint64_t first_bytes(std::uint64_t wanted, RemoteRange of) {
  return std::min(wanted, of.size);
}

/// What follows the first `size` bytes of `pieces`.
std::vector<RemoteRange> behind(const std::vector<RemoteRange>& pieces, std::uint64_t size) {
  std::vector<RemoteRange> rest;
  for (const RemoteRange& piece : pieces) {
    const std::uint64_t skipped = std::min(piece.size, size);
    if (skipped < piece.size) rest.push_back({piece.start + skipped, piece.size - skipped});
    size -= skipped;
  }
  return rest;
}

/// Up to and including the first zero byte.
std::uint64_t terminated_size(const Memory& memory, RemoteRange room) {
  const auto text = read_string(memory, room.start, room.size);
  return text ? text->size() + 1 : room.size;
}

/// Up to the last byte that is not as it was.
std::uint64_t changed_size(const Memory& memory, RemoteRange room, ByteView was) {
  const auto is = read_bytes(memory, room.start, was.size());
  if (!is) return 0;
  std::uint64_t size = was.size();
  while (size > 0 && (*is)[size - 1] == was[size - 1]) --size;
  return size;
}

/// Ordered by address, overlapping and touching ones joined, empty ones left out.
std::vector<RemoteRange> joined(std::vector<RemoteRange> ranges) {
  std::erase_if(ranges,
                [](const RemoteRange& range) { return range.size == 0 || !range.is_valid(); });
  std::sort(ranges.begin(), ranges.end(),
            [](const RemoteRange& a, const RemoteRange& b) { return a.start < b.start; });
  std::vector<RemoteRange> result;
  for (const RemoteRange& range : ranges) {
    if (result.empty() || result.back().end() < range.start) {
      result.push_back(range);
    } else if (result.back().end() < range.end()) {
      result.back().size = range.end() - result.back().start;
    }
  }
  return result;
}

/// Finds what one call wrote.
class Writer {
 public:
  Writer(const SystemCall& call, const Before& before, std::int64_t result, const Memory& memory)
      : call_(call), before_(before), result_(result), memory_(memory) {}

  std::vector<RemoteRange> find() && {
    if (result_ == -ENOSYS) return {};
    for (const Room& room : before_.rooms) {
      const Argument& argument = before_.form->arguments[room.argument];
      if (result_ == -EFAULT) {
        add_everything(argument, room);
      } else if (is_written(argument.when, result_)) {
        add_argument(argument, room);
      }
    }
    const Effect* effect = before_.form->extra.effect;
    if (effect != nullptr && effect->written != nullptr) {
      for (const RemoteRange& range : effect->written(call_, before_.kept, result_, memory_))
        add(range);
    }
    return joined(std::move(ranges_));
  }

 private:
  void add_argument(const Argument& argument, const Room& room) {
    switch (argument.shape) {
      case Shape::kBytes:
      case Shape::kIovecs: {
        const std::uint64_t size = filled(argument, room);
        for (const RemoteRange& piece : take(room.pieces, size)) add(piece);
        if (argument.filled.measure == Measure::kResult) add_uncounted(room.pieces, size);
        break;
      }
      case Shape::kMessage:
        add_received(room.messages.front(), filled(argument, room));
        break;
      case Shape::kMessages:
        add_messages(argument, room);
        break;
      case Shape::kText:
      case Shape::kTexts:
        break;  // never written
    }
  }

  std::uint64_t filled(const Argument& argument, const Room& room) const {
    if (argument.filled.measure == Measure::kTerminated)
      return terminated_size(memory_, room.pieces.front());
    if (argument.filled.measure == Measure::kChanged)
      return changed_size(memory_, room.pieces.front(), room.snapshot);
    return evaluate(argument.filled, before_.form->arguments, call_, result_, memory_);
  }

  // A buffer can end where memory ends. Then the kernel may have written more than it counts: of a
  // page of a pipe, or a message, that does not fit, it copies what does and takes none of it into
  // the result. Test: real_calls_test, read_pages_of_a_pipe_into_a_gap. Only the ends are looked
  // at: nobody has gaps inside of buffers, and each look is a call.
  void add_uncounted(const std::vector<RemoteRange>& pieces, std::uint64_t counted) {
    const std::vector<RemoteRange> rest = behind(pieces, counted);
    if (std::ranges::all_of(rest, [&](const RemoteRange& piece) { return ends_in_memory(piece); }))
      return;
    for (const RemoteRange& piece : rest) add(piece);
  }

  bool ends_in_memory(RemoteRange piece) const {
    std::byte last{};
    return piece.size == 0 || (piece.is_valid() && memory_.read(piece.end() - 1, {&last, 1}));
  }

  /// Data, name and control of a received message, and the members of its header that say their
  /// lengths.
  void add_received(const MessageRoom& message, std::uint64_t data_bytes) {
    for (const RemoteRange& piece : take(message.data, data_bytes)) add(piece);
    if (!message.name.start.is_null()) {
      add({message.name.start,
           first_bytes(number<std::uint32_t>(message.header + kNameLengthOffset), message.name)});
      add({message.header + kNameLengthOffset, sizeof(std::uint32_t)});
    }
    add({message.control.start,
         first_bytes(number<std::uint64_t>(message.header + kControlLengthOffset),
                     message.control)});
    add({message.header + kControlLengthOffset, sizeof(std::uint64_t)});
    add({message.header + kFlagsOffset, sizeof(std::uint32_t)});
  }

  void add_messages(const Argument& argument, const Room& room) {
    const std::uint64_t count =
        std::min<std::uint64_t>(filled(argument, room), room.messages.size());
    for (std::uint64_t i = 0; i < count; ++i) {
      const MessageRoom& message = room.messages[i];
      const RemoteAddress length = message.header + kMessageLengthOffset;
      if (argument.direction == Direction::kOut)
        add_received(message, number<std::uint32_t>(length));
      add({length, sizeof(std::uint32_t)});
    }
    // One that did not fit into memory is not counted, and no error either once others came.
    if (argument.direction == Direction::kOut && count < room.messages.size())
      add_uncounted(room.messages[count].data, 0);
  }

  /// The kernel met memory that was not there, after it may have written some that was. When in
  /// doubt, all of it.
  void add_everything(const Argument& argument, const Room& room) {
    if (argument.direction == Direction::kIn) return;
    for (const RemoteRange& piece : room.pieces) add(piece);
    for (const MessageRoom& message : room.messages) {
      for (const RemoteRange& piece : message.data) add(piece);
      add(message.name);
      add(message.control);
      add({message.header,
           argument.shape == Shape::kMessages ? kMultiHeaderBytes : kMessageHeaderBytes});
    }
  }

  // Rows may say more than the kernel wrote (the address length of accept without an address),
  // which need not be there.
  void add(RemoteRange range) {
    if (range.size == 0 || range.start.is_null()) return;
    std::byte probe;
    const bool ends_are_there = range.is_valid() && memory_.read(range.start, {&probe, 1}) &&
                                memory_.read(range.end() - 1, {&probe, 1}) && result_ != -EFAULT;
    ranges_.push_back(ends_are_there ? range : readable_part(memory_, range));
  }

  template <class T>
  std::uint64_t number(RemoteAddress from) const {
    const auto value = read_object<T>(memory_, from);
    return value ? *value : 0;
  }

  const SystemCall& call_;
  const Before& before_;
  std::int64_t result_;
  const Memory& memory_;
  std::vector<RemoteRange> ranges_;
};

Room room_of(unsigned index, const Form& form, const SystemCall& call, const Memory& memory) {
  const Argument& argument = form.arguments[index];
  const RemoteAddress start(call.arguments[index]);
  const std::uint64_t size = evaluate(argument.room, form.arguments, call, 0, memory);
  Room room{.argument = index, .pieces = {}, .messages = {}, .snapshot = {}};
  switch (argument.shape) {
    case Shape::kBytes:
      room.pieces.push_back({start, size});
      if (argument.filled.measure == Measure::kChanged) {
        const RemoteRange there = readable_part(memory, room.pieces.front());
        room.snapshot = read_bytes(memory, there.start, there.size).value_or(Bytes{});
      }
      break;
    case Shape::kIovecs:
      room.pieces = read_iovecs(memory, start, size);
      break;
    case Shape::kMessage:
      if (auto message = read_message(memory, start)) room.messages.push_back(*std::move(message));
      break;
    case Shape::kMessages:
      room.messages = read_messages(memory, start, size);
      break;
    case Shape::kText:
    case Shape::kTexts:
      break;
  }
  return room;
}

}  // namespace

bool is_written(When when, std::int64_t result) {
  switch (when) {
    case When::kSuccess:
      return !is_error(result);
    case When::kPositive:
      return result > 0;
    case When::kInterrupted:
      return is_interruption(result);
    case When::kRan:
      return !is_error(result) || is_interruption(result);
    case When::kAlways:
    case When::kAtOnce:
      return true;
  }
  return true;
}

Result<Before> before(const SystemCall& call, const Memory& memory) {
  Before before{.form = TRY(form_of(call)), .rooms = {}, .kept = {}};
  const Form& form = *before.form;
  for (unsigned i = 0; i < form.arity(); ++i) {
    const bool written = form.arguments[i].filled.measure != Measure::kNothing;
    if (!written || call.arguments[i] == 0) continue;
    Room room = room_of(i, form, call, memory);
    if (!room.pieces.empty() || !room.messages.empty()) before.rooms.push_back(std::move(room));
  }
  if (form.extra.effect != nullptr && form.extra.effect->keep != nullptr) {
    before.kept = form.extra.effect->keep(call, memory);
  }
  return before;
}

Result<std::vector<RemoteRange>> written(const SystemCall& call, const Before& before,
                                         std::int64_t result, const Memory& memory) {
  return Writer(call, before, result, memory).find();
}

std::vector<RemoteRange> written_at_once(const Before& before) {
  std::vector<RemoteRange> ranges;
  for (const Room& room : before.rooms) {
    if (before.form->arguments[room.argument].when != When::kAtOnce) continue;
    for (const RemoteRange& piece : room.pieces) ranges.push_back(piece);
  }
  return joined(std::move(ranges));
}

}  // namespace mecrr::calls
