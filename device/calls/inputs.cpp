#include "device/calls/inputs.h"

#include <algorithm>

#include "device/calls/effects/effect.h"
#include "device/calls/structures.h"
#include "device/calls/table.h"

namespace mecrr::calls {
namespace {

constexpr std::size_t kMaxTextBytes =
    128 * 1024;                                 // MAX_ARG_STRLEN, the longest that any call takes
constexpr std::size_t kMaxTexts = 0x7fff'ffff;  // MAX_ARG_STRINGS
constexpr std::uint64_t kPointerBytes = 8;

/// Collects what one call reads.
class Reader {
 public:
  Reader(const SystemCall& call, const Form& form, const Memory& memory)
      : call_(call), form_(form), memory_(memory) {}

  std::vector<Input> read() && {
    for (argument_ = 0; argument_ < form_.arity(); ++argument_) {
      if (form_.arguments[argument_].kind == Kind::kPointer)
        add_argument(form_.arguments[argument_]);
    }
    if (form_.extra.effect != nullptr && form_.extra.effect->inputs != nullptr) {
      for (const Input& input : form_.extra.effect->inputs(call_, memory_)) {
        argument_ = input.argument;
        add(input.range);
      }
    }
    return std::move(inputs_);
  }

 private:
  void add_argument(const Argument& argument) {
    const RemoteAddress start(call_.arguments[argument_]);
    if (start.is_null()) return;
    const std::uint64_t room = evaluate(argument.room, form_.arguments, call_, 0, memory_);
    switch (argument.shape) {
      case Shape::kBytes:
        if (argument.reads()) add({start, std::min(room, kMaxTransferBytes)});
        break;
      case Shape::kText:
        add_text(start);
        break;
      case Shape::kTexts:
        add_texts(start);
        break;
      case Shape::kIovecs:
        if (room > kMaxIovecs) break;
        add({start, room * kIovecBytes});
        if (argument.reads()) add_pieces(read_iovecs(memory_, start, room));
        break;
      case Shape::kMessage:
        if (const auto message = read_message(memory_, start))
          add_message(*message, kMessageHeaderBytes, argument);
        break;
      case Shape::kMessages:
        for (const MessageRoom& message : read_messages(memory_, start, room)) {
          add_message(message, kMultiHeaderBytes, argument);
        }
        break;
    }
  }

  void add(RemoteRange range) {
    if (range.size == 0 || range.start.is_null()) return;
    if (readable_part(memory_, range).size == range.size)
      inputs_.push_back({range, argument_, false});
  }

  void add_pieces(const std::vector<RemoteRange>& pieces) {
    for (const RemoteRange& piece : take(pieces, kMaxTransferBytes)) add(piece);
  }

  void add_text(RemoteAddress start) {
    if (const auto text = read_string(memory_, start, kMaxTextBytes)) {
      inputs_.push_back({{start, text->size()}, argument_, true});
    }
  }

  void add_texts(RemoteAddress array) {
    std::vector<RemoteAddress> texts;
    bool ended = false;
    while (texts.size() < kMaxTexts && !ended) {
      const auto pointer =
          read_object<std::uint64_t>(memory_, array + texts.size() * kPointerBytes);
      if (!pointer) break;
      ended = *pointer == 0;
      if (!ended) texts.push_back(RemoteAddress(*pointer));
    }
    add({array, (texts.size() + ended) * kPointerBytes});
    for (const RemoteAddress text : texts) add_text(text);
  }

  void add_message(const MessageRoom& message, std::uint64_t header_bytes,
                   const Argument& argument) {
    add({message.header, header_bytes});
    if (argument.reads()) add(message.name);
    add(message.iovecs);
    if (!argument.reads()) return;
    add_pieces(message.data);
    add(message.control);
  }

  const SystemCall& call_;
  const Form& form_;
  const Memory& memory_;
  unsigned argument_ = 0;
  std::vector<Input> inputs_;
};

}  // namespace

Result<std::vector<Input>> inputs(const SystemCall& call, const Memory& memory) {
  const Form* form = TRY(form_of(call));
  return Reader(call, *form, memory).read();
}

}  // namespace mecrr::calls
