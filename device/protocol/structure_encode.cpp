// Values back to memory: the reverse of structure.cpp, from the same tables.
#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "device/calls/signal_names.h"
#include "device/protocol/cursor.h"
#include "device/protocol/structure.h"

namespace mecrr::protocol {
namespace {

constexpr unsigned kBitsPerByte = 8;
constexpr std::size_t kSetWordBytes = 8;  // the kernel reads and writes sets in words

Result<void> expect_kind(const Value& value, Value::Kind kind, std::string_view what) {
  if (value.kind != kind) return wrong_at(value.column, what);
  return {};
}

/// Whether `bytes` bytes hold the number, as an unsigned or a signed one.
bool fits(std::uint64_t raw, std::size_t bytes) {
  if (bytes >= sizeof raw) return true;
  const auto bits = static_cast<unsigned>(bytes * kBitsPerByte);
  const auto as_signed = static_cast<std::int64_t>(raw);
  return raw >> bits == 0 || as_signed >> (bits - 1) == -1;
}

Result<Bytes> encode_text(const Field& field, const Value& value) {
  TRY(expect_kind(value, Value::Kind::kBytes, "a text in quotes is missing"));
  if (field.size != 0 && value.bytes.size() > field.size)
    return wrong_at(value.column, fmt::format("longer than {} bytes", field.size));
  Bytes bytes = value.bytes;
  if (field.size != 0) bytes.resize(field.size);
  return bytes;
}

Result<Bytes> encode_set(const Field& field, std::size_t most, const Value& value) {
  TRY(expect_kind(value, Value::Kind::kList, "a list is missing"));
  const bool signals = field.kind == FieldKind::kSignals;
  Bytes bytes(field.size);
  for (const Value& item : value.items) {
    const std::uint64_t number =
        TRY(parse_scalar(signals ? FieldKind::kSignal : FieldKind::kUnsigned, nullptr, item));
    const std::uint64_t bit = number - (signals ? 1 : 0);
    if (bit / kBitsPerByte >= (field.size != 0 ? field.size : most))
      return wrong_at(item.column, "the set has no such member");
    const std::size_t words = bit / kBitsPerByte / kSetWordBytes + 1;
    bytes.resize(std::max(bytes.size(), words * kSetWordBytes));
    bytes[bit / kBitsPerByte] |= static_cast<std::byte>(1U << bit % kBitsPerByte);
  }
  return bytes;
}

Result<Bytes> encode_internet(const Field& field, const Value& value) {
  TRY(expect_kind(value, Value::Kind::kBytes, "an address in quotes is missing"));
  Bytes bytes(field.size);
  const int family = field.kind == FieldKind::kIpv4 ? AF_INET : AF_INET6;
  const std::string text(as_text(value.bytes));
  if (::inet_pton(family, text.c_str(), bytes.data()) != 1)
    return wrong_at(value.column, "no internet address");
  return bytes;
}

Result<Bytes> encode_scalar(const Field& field, const Value& value) {
  const std::uint64_t raw = TRY(parse_scalar(field.kind, field.names, value));
  if (!fits(raw, field.size))
    return wrong_at(value.column, fmt::format("does not fit into {} bytes", field.size));
  return to_bytes(object_bytes(raw).first(field.size));
}

Result<Bytes> encode_field(const Structure& structure, const Field& field, const Value& value) {
  switch (field.kind) {
    case FieldKind::kText:
    case FieldKind::kBytes:
      return encode_text(field, value);
    case FieldKind::kSignals:
    case FieldKind::kBits:
      return encode_set(field, structure.size, value);
    case FieldKind::kIpv4:
    case FieldKind::kIpv6:
      return encode_internet(field, value);
    case FieldKind::kStructure: {
      Bytes bytes = TRY(encode(*field.nested, value));
      if (bytes.size() != field.size) return wrong_at(value.column, "not of the right size");
      return bytes;
    }
    default:
      return encode_scalar(field, value);
  }
}

const Structure* variant_of(const Structure& structure, ByteView bytes) {
  const Structure* variant = structure.variant == nullptr ? nullptr : structure.variant(bytes);
  return variant != nullptr ? variant : &structure;
}

Result<void> put(Bytes& into, const Structure& structure, std::size_t offset, ByteView part,
                 std::size_t column) {
  if (offset > structure.size || part.size() > structure.size - offset)
    return wrong_at(column, fmt::format("beyond the end of {}", structure.name));
  into.resize(std::max(into.size(), offset + part.size()));
  std::ranges::copy(part, into.begin() + static_cast<std::ptrdiff_t>(offset));
  return {};
}

/// Members in any order, but what chooses a variant first. What is not named is 0.
Result<Bytes> encode_record(const Structure& base, const Value& record) {
  Bytes bytes(base.variable ? 0 : base.size);
  for (std::size_t i = 0; i < record.items.size(); ++i) {
    const Structure& structure = *variant_of(base, bytes);
    const std::string_view name = record.names[i];
    const Value& value = record.items[i];
    if (name.starts_with('@')) {
      const auto offset = calls::parse_number(name.substr(1));
      if (!offset || value.kind != Value::Kind::kBytes)
        return wrong_at(value.column, "`@OFFSET` has bytes");
      TRY(put(bytes, base, *offset, value.bytes, value.column));
      continue;
    }
    const auto field = std::ranges::find(structure.fields, name, &Field::name);
    if (field == structure.fields.end())
      return wrong_at(value.column, fmt::format("{} has no {}", structure.name, name));
    TRY(put(bytes, base, field->offset, TRY(encode_field(structure, *field, value)), value.column));
  }
  return bytes;
}

bool is_scalar(const Structure& structure) {
  return structure.fields.size() == 1 && structure.fields.front().name.empty();
}

Result<Bytes> encode_one(const Structure& structure, const Value& value) {
  if (is_scalar(structure)) return encode_field(structure, structure.fields.front(), value);
  TRY(expect_kind(value, Value::Kind::kRecord,
                  fmt::format("a {} is written {{name: value, …}}", structure.name)));
  return encode_record(structure, value);
}

/// Whether a list is one structure: a set of numbers or signals.
bool is_set(const Structure& structure) {
  const FieldKind kind = structure.fields.front().kind;
  return is_scalar(structure) && (kind == FieldKind::kSignals || kind == FieldKind::kBits);
}

}  // namespace

Result<std::uint64_t> parse_scalar(FieldKind kind, const calls::FlagSet* names,
                                   const Value& value) {
  TRY(expect_kind(value, Value::Kind::kWord, "a number or a name is missing"));
  if (kind == FieldKind::kFlags) {
    const auto flags = calls::parse_flags(*names, value.word);
    if (!flags)
      return wrong_at(value.column, fmt::format("`{}` is not among {}", value.word, names->name));
    return *flags;
  }
  if (kind == FieldKind::kSignal) {
    const auto signal = calls::parse_signal(value.word);
    if (signal) return static_cast<std::uint64_t>(*signal);
  }
  if (kind == FieldKind::kAddress && value.word == "null") return 0;
  const auto number = calls::parse_number(value.word);
  if (!number) return wrong_at(value.column, fmt::format("`{}` is no number", value.word));
  if (kind != FieldKind::kPort) return *number;
  if (!fits(*number, sizeof(std::uint16_t))) return wrong_at(value.column, "no port");
  return htons(static_cast<std::uint16_t>(*number));
}

Result<Bytes> encode(const Structure& structure, const Value& value) {
  const bool is_text = is_scalar(structure) && structure.fields.front().kind == FieldKind::kText;
  if (value.kind == Value::Kind::kBytes && !is_text) return value.bytes;  // uninterpreted
  if (value.kind != Value::Kind::kList || is_set(structure)) return encode_one(structure, value);
  Bytes bytes;
  for (const Value& item : value.items) append(bytes, TRY(encode_one(structure, item)));
  return bytes;
}

}  // namespace mecrr::protocol
