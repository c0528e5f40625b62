#include "device/protocol/structure.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "device/calls/signal_names.h"

namespace mecrr::protocol {
namespace {

constexpr unsigned kBitsPerByte = 8;

std::int64_t sign_extended(std::uint64_t raw, std::size_t bytes) {
  const auto unused = static_cast<unsigned>((sizeof raw - bytes) * kBitsPerByte);
  return static_cast<std::int64_t>(raw << unused) >> unused;
}

/// Members of a set are numbered from `first`: signals from 1, processors from 0.
Value decode_set(ByteView bytes, FieldKind kind) {
  const unsigned first = kind == FieldKind::kSignals ? 1 : 0;
  Value list = Value::list();
  for (unsigned i = 0; i < bytes.size() * kBitsPerByte; ++i) {
    const auto byte = std::to_integer<unsigned>(bytes[i / kBitsPerByte]);
    if ((byte >> i % kBitsPerByte & 1) == 0) continue;
    list.items.push_back(kind == FieldKind::kSignals
                             ? Value::of_word(calls::signal_text(static_cast<int>(i + first)))
                             : Value::of_unsigned(i + first));
  }
  return list;
}

std::string internet_text(int family, ByteView bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, bytes.data(), text.data(), text.size()) != nullptr ? text.data() : "";
}

Value decode_field(const Field& field, ByteView bytes) {
  switch (field.kind) {
    case FieldKind::kText: {
      const auto end = std::ranges::find(bytes, std::byte{0});
      const auto length = static_cast<std::size_t>(end - bytes.begin());
      const bool only_zeros =
          std::all_of(end, bytes.end(), [](std::byte b) { return b == std::byte{0}; });
      return Value::of_bytes(only_zeros ? bytes.first(length) : bytes);
    }
    case FieldKind::kBytes:
      return Value::of_bytes(bytes);
    case FieldKind::kSignals:
    case FieldKind::kBits:
      return decode_set(bytes, field.kind);
    case FieldKind::kIpv4:
      return Value::of_bytes(as_bytes(internet_text(AF_INET, bytes)));
    case FieldKind::kIpv6:
      return Value::of_bytes(as_bytes(internet_text(AF_INET6, bytes)));
    case FieldKind::kStructure:
      return decode(*field.nested, bytes);
    default: {
      std::uint64_t raw = 0;
      std::ranges::copy(bytes, object_bytes(raw).begin());
      return scalar(field.kind, field.names, raw, bytes.size());
    }
  }
}

const Structure* variant_of(const Structure& structure, ByteView bytes) {
  const Structure* variant = structure.variant == nullptr ? nullptr : structure.variant(bytes);
  return variant != nullptr ? variant : &structure;
}

/// Shows what no field covers, unless it is 0.
void add_uncovered(Value& record, ByteView bytes, std::size_t from, std::size_t to) {
  const ByteView gap = bytes.subspan(from, to - from);
  const bool zero = std::ranges::all_of(gap, [](std::byte b) { return b == std::byte{0}; });
  if (!zero) record.add(fmt::format("@{}", from), Value::of_bytes(gap));
}

Value decode_one(const Structure& base, ByteView bytes) {
  const Structure& structure = *variant_of(base, bytes);
  if (structure.fields.size() == 1 && structure.fields.front().name.empty())
    return decode_field(structure.fields.front(), bytes);
  Value record = Value::record();
  std::size_t covered = 0;
  for (const Field& field : structure.fields) {
    const std::size_t size = field.size != 0
                                 ? field.size
                                 : bytes.size() - std::min<std::size_t>(bytes.size(), field.offset);
    const auto at = slice(bytes, field.offset, size);
    if (!at || at->empty()) break;  // a variable structure that ends before
    add_uncovered(record, bytes, covered, field.offset);
    record.add(std::string(field.name), decode_field(field, *at));
    covered = field.offset + size;
  }
  add_uncovered(record, bytes, covered, bytes.size());
  return record;
}

}  // namespace

Value scalar(FieldKind kind, const calls::FlagSet* names, std::uint64_t raw, std::size_t bytes) {
  switch (kind) {
    case FieldKind::kSigned:
      return Value::of_signed(sign_extended(raw, bytes));
    case FieldKind::kHex:
      return Value::of_hex(raw);
    case FieldKind::kOctal:
      return Value::of_word(raw == 0 ? "0" : fmt::format("0{:o}", raw));
    case FieldKind::kAddress:
      return Value::of_address(RemoteAddress(raw));
    case FieldKind::kFlags:
      return Value::of_word(calls::flags_text(*names, raw));
    case FieldKind::kSignal:
      return raw <= calls::kLastSignal ? Value::of_word(calls::signal_text(static_cast<int>(raw)))
                                       : Value::of_unsigned(raw);
    case FieldKind::kPort:
      return Value::of_unsigned(ntohs(static_cast<std::uint16_t>(raw)));
    default:
      return Value::of_unsigned(raw);
  }
}

Value decode(const Structure& structure, ByteView bytes) {
  if (structure.variable || bytes.size() == structure.size) return decode_one(structure, bytes);
  if (bytes.size() % structure.size != 0) return Value::of_bytes(bytes);
  Value list = Value::list();
  for (std::size_t at = 0; at < bytes.size(); at += structure.size)
    list.items.push_back(decode_one(structure, bytes.subspan(at, structure.size)));
  return list;
}

}  // namespace mecrr::protocol
