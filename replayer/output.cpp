#include "replayer/output.h"

#include <algorithm>
#include <vector>

#include "device/calls/structures.h"
#include "device/calls/table.h"

namespace mecrr {
namespace {

/// The data of the first argument that is data: plain bytes, iovecs, or messages.
std::vector<RemoteRange> data_of(const SystemCall& call, const Memory& memory) {
  const auto form = calls::form_of(call);
  if (!form) return {};
  for (std::size_t i = 0; i < (*form)->arity(); ++i) {
    const calls::Argument& argument = (*form)->arguments[i];
    if (argument.kind != calls::Kind::kPointer || !argument.reads()) continue;
    const RemoteAddress start(call.arguments[i]);
    const std::uint64_t room = calls::evaluate(argument.room, (*form)->arguments, call, 0, memory);
    switch (argument.shape) {
      case calls::Shape::kBytes:
        if (argument.type.empty()) return {{start, room}};
        break;
      case calls::Shape::kIovecs:
        return calls::read_iovecs(memory, start, room);
      case calls::Shape::kMessage:
        if (auto message = calls::read_message(memory, start)) return message->data;
        return {};
      case calls::Shape::kMessages: {
        std::vector<RemoteRange> all;
        for (const calls::MessageRoom& message : calls::read_messages(memory, start, room))
          all.insert(all.end(), message.data.begin(), message.data.end());
        return all;
      }
      case calls::Shape::kText:
      case calls::Shape::kTexts:
        break;
    }
  }
  return {};
}

}  // namespace

Bytes bytes_to_write(const SystemCall& call, std::uint64_t most, const Memory& memory) {
  Bytes bytes;
  most = std::min(most, calls::kMaxTransferBytes);
  for (const RemoteRange& piece : calls::take(data_of(call, memory), most)) {
    const RemoteRange readable = readable_part(memory, piece);
    const auto part = read_bytes(memory, readable.start, readable.size);
    if (!part) break;
    append(bytes, *part);
    if (readable.size != piece.size) break;
  }
  return bytes;
}

}  // namespace mecrr
