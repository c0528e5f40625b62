#include "device/calls/structures.h"

#include <algorithm>

namespace mecrr::calls {
namespace {

struct Iovec {
  std::uint64_t base;
  std::uint64_t bytes;
};

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
static_assert(sizeof(MessageHeader) == kMessageHeaderBytes);

// A length is the caller's business; a null pointer is no memory at all.
RemoteRange range_unless_null(std::uint64_t start, std::uint64_t size) {
  return {RemoteAddress(start), start == 0 ? 0 : size};
}

std::uint64_t read_number(const Memory& memory, RemoteAddress from, std::uint8_t width) {
  std::uint64_t number = 0;
  if (!memory.read(from, object_bytes(number).first(width))) return 0;
  return number;
}

constexpr std::uint64_t kWordBits = 64;
constexpr unsigned kRequestShift = 16;
constexpr std::uint64_t kRequestMask = 0x3fff;

}  // namespace

std::vector<RemoteRange> read_iovecs(const Memory& memory, RemoteAddress array,
                                     std::uint64_t count) {
  if (count > kMaxIovecs) return {};
  std::vector<Iovec> entries(count);
  if (!memory.read(array, mutable_bytes_at(entries.data(), count * sizeof(Iovec)))) return {};
  std::vector<RemoteRange> ranges;
  ranges.reserve(count);
  for (const Iovec& entry : entries) ranges.push_back({RemoteAddress(entry.base), entry.bytes});
  return ranges;
}

std::optional<MessageRoom> read_message(const Memory& memory, RemoteAddress header) {
  const auto read = read_object<MessageHeader>(memory, header);
  if (!read) return std::nullopt;
  return MessageRoom{
      .header = header,
      .name = range_unless_null(read->name, read->name_bytes),
      .iovecs = range_unless_null(read->iovecs, read->iovec_count * kIovecBytes),
      .data = read_iovecs(memory, RemoteAddress(read->iovecs), read->iovec_count),
      .control = range_unless_null(read->control, read->control_bytes),
  };
}

std::vector<MessageRoom> read_messages(const Memory& memory, RemoteAddress array,
                                       std::uint64_t count) {
  std::vector<MessageRoom> messages;
  for (std::uint64_t i = 0; i < std::min(count, kMaxIovecs); ++i) {
    auto message = read_message(memory, array + i * kMultiHeaderBytes);
    if (!message) break;
    messages.push_back(*std::move(message));
  }
  return messages;
}

std::vector<RemoteRange> take(const std::vector<RemoteRange>& pieces, std::uint64_t size) {
  std::vector<RemoteRange> taken;
  for (const RemoteRange& piece : pieces) {
    if (size == 0) break;
    const std::uint64_t part = std::min(piece.size, size);
    taken.push_back({piece.start, part});
    size -= part;
  }
  return taken;
}

std::uint64_t evaluate(const Amount& amount, const Arguments& arguments, const SystemCall& call,
                       std::int64_t result, const Memory& memory) {
  const auto value = [&] {
    return meant(arguments[amount.argument].kind, call.arguments[amount.argument]);
  };
  std::uint64_t number = 0;
  switch (amount.measure) {
    case Measure::kNothing:
    case Measure::kTerminated:
    case Measure::kChanged:
      return 0;
    case Measure::kConstant:
      break;  // `extra` is all
    case Measure::kArgument:
      number = value();
      break;
    case Measure::kResult:
      number = static_cast<std::uint64_t>(std::max<std::int64_t>(result, 0));
      break;
    case Measure::kBehind:
      number = read_number(memory, RemoteAddress(call.arguments[amount.argument]) + amount.offset,
                           amount.width);
      break;
    case Measure::kBits: {
      const std::uint64_t count =
          value() + static_cast<std::uint64_t>(static_cast<std::int64_t>(amount.extra));
      return static_cast<std::int64_t>(count) <= 0
                 ? 0
                 : (count + kWordBits - 1) / kWordBits * (kWordBits / 8);
    }
    case Measure::kPages:
      number = value() / kPageBytes + (value() % kPageBytes != 0);
      break;
    case Measure::kRequest:
      number = call.arguments[1] >> kRequestShift & kRequestMask;
      break;
  }
  // A length that is negative or nonsense is refused by the kernel; it must not wrap into something
  // small here.
  std::uint64_t total = 0;
  if (__builtin_mul_overflow(number, std::uint64_t{amount.unit}, &total)) return 0;
  if (__builtin_add_overflow(total, static_cast<std::uint64_t>(amount.extra), &total)) return 0;
  return static_cast<std::int64_t>(total) < 0 ? 0 : total;
}

}  // namespace mecrr::calls
