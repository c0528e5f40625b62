#include "device/protocol/behind.h"

#include <algorithm>

#include "device/calls/flag_sets.h"
#include "device/calls/structures.h"
#include "device/protocol/structure.h"

namespace mecrr::protocol {
namespace {

constexpr std::uint64_t kPointerBytes = 8;

Value located(Value value, RemoteAddress at, const Limits& limits) {
  if (limits.addresses == Addresses::kShown) value.address = at;
  return value;
}

Value data_value(RemoteRange range, std::uint64_t shown, const Memory& memory,
                 const Limits& limits) {
  return bytes_value(calls::in(calls::bytes(1)), {range.start, std::min(range.size, shown)}, memory,
                     limits);
}

}  // namespace

Bytes readable_start(const Memory& memory, RemoteRange range) {
  Bytes bytes(range.size);
  if (memory.read(range.start, bytes)) return bytes;
  std::uint64_t can = 0;
  std::uint64_t cannot = range.size;
  while (cannot - can > 1) {
    const std::uint64_t middle = can + (cannot - can) / 2;
    (memory.read(range.start, MutableBytes(bytes).first(middle)) ? can : cannot) = middle;
  }
  bytes.resize(can);
  if (can > 0 && !memory.read(range.start, bytes)) bytes.clear();
  return bytes;
}

Value bytes_value(const calls::Argument& argument, RemoteRange range, const Memory& memory,
                  const Limits& limits) {
  if (range.start.is_null()) return Value::of_address(range.start);
  const Structure* structure = argument.type.empty() ? nullptr : find_structure(argument.type);
  const std::uint64_t most = structure == nullptr  ? limits.bytes
                             : structure->variable ? structure->size
                                                   : structure->size * limits.items;
  const std::uint64_t wanted = std::min(range.size, most);
  Bytes bytes = readable_start(memory, {range.start, wanted});
  if (bytes.empty() && range.size != 0) return Value::of_address(range.start);
  const bool whole_structures = structure != nullptr && bytes.size() == wanted;
  Value value = whole_structures ? decode(*structure, bytes) : Value::of_bytes(bytes);
  if (value.kind != Value::Kind::kRecord) value.cut = bytes.size() < range.size;
  return located(std::move(value), range.start, limits);
}

Value text_value(RemoteAddress start, const Memory& memory, const Limits& limits) {
  const Bytes bytes = readable_start(memory, {start, limits.text_bytes});
  if (bytes.empty()) return Value::of_address(start);
  const auto end = std::ranges::find(bytes, std::byte{0});
  Value value =
      Value::of_bytes(ByteView(bytes).first(static_cast<std::size_t>(end - bytes.begin())));
  value.cut = end == bytes.end() && bytes.size() == limits.text_bytes;
  return located(std::move(value), start, limits);
}

Value texts_value(RemoteAddress array, const Memory& memory, const Limits& limits) {
  Value list = Value::list();
  for (std::size_t i = 0;; ++i) {
    const auto pointer = read_object<std::uint64_t>(memory, array + i * kPointerBytes);
    if (!pointer && i == 0) return Value::of_address(array);
    list.cut = !pointer || (i == limits.items && *pointer != 0);
    if (list.cut || *pointer == 0) return located(std::move(list), array, limits);
    list.items.push_back(text_value(RemoteAddress(*pointer), memory, limits));
  }
}

Value iovecs_value(RemoteAddress array, std::uint64_t count, std::uint64_t shown,
                   const Memory& memory, const Limits& limits) {
  Value list = Value::list();
  const std::uint64_t most = std::min<std::uint64_t>(count, limits.items);
  for (std::uint64_t i = 0; i < most; ++i) {
    const auto entry = calls::read_iovecs(memory, array + i * calls::kIovecBytes, 1);
    if (entry.empty() && i == 0) return Value::of_address(array);
    if (entry.empty()) break;
    Value record = Value::record();
    record.add("base", data_value(entry[0], shown, memory, limits));
    record.add("len", Value::of_unsigned(entry[0].size));
    shown -= std::min(shown, entry[0].size);
    list.items.push_back(std::move(record));
  }
  list.cut = list.items.size() < count;
  return located(std::move(list), array, limits);
}

Value message_value(RemoteAddress header, std::uint64_t shown, const Memory& memory,
                    const Limits& limits) {
  const auto name_bytes = read_object<std::uint32_t>(memory, header + calls::kNameLengthOffset);
  const auto message = calls::read_message(memory, header);
  if (!message || !name_bytes) return Value::of_address(header);
  const std::uint64_t count = message->iovecs.size / calls::kIovecBytes;
  const auto flags = read_object<std::uint32_t>(memory, header + calls::kFlagsOffset);
  Value record = Value::record();
  record.add("name",
             bytes_value(calls::in(calls::bytes(1)).as("sockaddr"), message->name, memory, limits));
  record.add("iov", iovecs_value(message->iovecs.start, count, shown, memory, limits));
  record.add("control", data_value(message->control, message->control.size, memory, limits));
  record.add("flags", Value::of_word(calls::flags_text(calls::kMessageFlags, flags.value_or(0))));
  return located(std::move(record), header, limits);
}

}  // namespace mecrr::protocol
