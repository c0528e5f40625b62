#include "trace-format/shape.h"

#include <google/protobuf/descriptor.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/check.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// The wire format: https://protobuf.dev/programming-guides/encoding/
enum WireType : unsigned { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2 };

constexpr std::size_t kFieldNumbers = 32;  // trace.proto has none above

struct Shape;
struct FieldShape {
  bool known = false;
  bool packable = false;  // a repeated number: may come as one run of bytes too
  unsigned wire = 0;
  const Shape* message = nullptr;
};

// One message type's fields by number, so that checking needs no search.
struct Shape {
  std::string name;
  std::array<FieldShape, kFieldNumbers> fields;
};

class Shapes {
 public:
  const Shape* of(const Descriptor* type) {
    std::unique_ptr<Shape>& shape = shapes_[type];
    if (shape) return shape.get();
    shape = std::make_unique<Shape>();
    Shape* const result = shape.get();  // the map may grow below; what it points to stays
    result->name = type->name();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      const auto number = static_cast<std::size_t>(field->number());
      MECRR_CHECK(number < kFieldNumbers, "{}", field->full_name());
      result->fields[number] = shape_of(field);
    }
    return result;
  }

 private:
  FieldShape shape_of(const FieldDescriptor* field) {
    FieldShape shape{.known = true, .packable = field->is_packable()};
    switch (field->type()) {
      case FieldDescriptor::TYPE_MESSAGE:
        shape.message = of(field->message_type());
        shape.wire = kLengthDelimited;
        break;
      case FieldDescriptor::TYPE_STRING:
      case FieldDescriptor::TYPE_BYTES:
        shape.wire = kLengthDelimited;
        break;
      case FieldDescriptor::TYPE_FIXED64:
        shape.wire = kFixed64;
        break;
      default:
        shape.wire = kVarint;
    }
    return shape;
  }

  std::map<const Descriptor*, std::unique_ptr<Shape>> shapes_;
};

class ShapeCheck {
 public:
  explicit ShapeCheck(ByteView all) : all_(all) {}

  // Goes as deep as the types nest, which no input can change.
  Result<void> check(const Shape& shape, std::size_t end) {
    if (++messages_ > kMaxMessages) return fail("holds more than {} messages", kMaxMessages);
    while (at_ < end) {
      const std::size_t start = at_;
      const auto tag = varint(end);
      if (!tag) return cut(shape, start);
      const std::uint64_t number = *tag >> 3;
      const unsigned wire = *tag & 7;
      const FieldShape field = number < kFieldNumbers ? shape.fields[number] : FieldShape{};
      if (!field.known) {
        return fail("{} has an unknown field {} (at byte {} of what is decompressed)", shape.name,
                    number, start);
      }
      const bool packed = field.packable && wire == kLengthDelimited;
      if (wire != field.wire && !packed) {
        return fail("{} has field {} of another type (at byte {} of what is decompressed)",
                    shape.name, number, start);
      }
      if (!skip(wire, end)) return cut(shape, start);
      if (field.message != nullptr) {
        const std::size_t inner_end = at_ + length_;
        TRY(check(*field.message, inner_end));
      } else {
        at_ += length_;
      }
    }
    return {};
  }

 private:
  std::unexpected<Error> cut(const Shape& shape, std::size_t start) const {
    return fail("{} is cut (at byte {} of what is decompressed)", shape.name, start);
  }

  // Passes over a number, or over a length, which is then in length_; false if the end is before.
  bool skip(unsigned wire, std::size_t end) {
    length_ = 0;
    if (wire == kVarint) return varint(end).has_value();
    if (wire == kFixed64) {
      length_ = 8;
      return end - at_ >= 8;
    }
    const auto length = varint(end);
    if (!length || *length > end - at_) return false;
    length_ = *length;
    return true;
  }

  std::optional<std::uint64_t> varint(std::size_t end) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end) return std::nullopt;
      const auto octet = static_cast<std::uint64_t>(all_[at_++]);
      value |= (octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
    return std::nullopt;
  }

  ByteView all_;
  std::size_t at_ = 0;
  std::uint64_t length_ = 0;
  std::size_t messages_ = 0;
};

const Shape& shape_of(const Descriptor* type) {
  static Shapes shapes;
  static const Shape* const trace = shapes.of(pb::Trace::descriptor());
  static const Shape* const indexed_frame = shapes.of(pb::IndexedFrame::descriptor());
  return type == pb::Trace::descriptor() ? *trace : *indexed_frame;
}

Result<void> check_shape(ByteView serialized, const Descriptor* type) {
  if (serialized.size() > kMaxFrameBytes) return fail("holds {} bytes", serialized.size());
  return ShapeCheck(serialized).check(shape_of(type), serialized.size());
}

}  // namespace

Result<void> check_trace_shape(ByteView serialized) {
  return check_shape(serialized, pb::Trace::descriptor());
}

Result<void> check_indexed_frame_shape(ByteView serialized) {
  return check_shape(serialized, pb::IndexedFrame::descriptor());
}

}  // namespace mecrr
