#include "device/calls/names.h"

#include <fmt/format.h>

#include <charconv>

namespace mecrr::calls {

std::string flags_text(const FlagSet& set, std::uint64_t value) {
  std::string text;
  std::uint64_t covered = 0;
  for (const Flag& flag : set.flags) {
    const bool applies = (value & flag.mask) == flag.value;
    if (!applies || (covered & flag.mask) != 0) continue;
    if (!text.empty()) text += '|';
    text += flag.name;
    covered |= flag.mask;
  }
  const std::uint64_t rest = value & ~covered;
  if (rest != 0) fmt::format_to(std::back_inserter(text), "{}{:#x}", text.empty() ? "" : "|", rest);
  return text.empty() ? "0" : text;
}

namespace {

std::optional<std::uint64_t> parse_one(const FlagSet& set, std::string_view word) {
  for (const Flag& flag : set.flags) {
    if (flag.name == word) return flag.value;
  }
  return parse_number(word);
}

}  // namespace

std::optional<std::uint64_t> parse_flags(const FlagSet& set, std::string_view text) {
  std::uint64_t value = 0;
  while (true) {
    const std::size_t bar = text.find('|');
    const auto one = parse_one(set, text.substr(0, bar));
    if (!one) return std::nullopt;
    value |= *one;
    if (bar == std::string_view::npos) return value;
    text.remove_prefix(bar + 1);
  }
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.starts_with('0')) {
    base = 8;
    text.remove_prefix(1);
  }
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc{} || last != end) return std::nullopt;
  return negative ? -value : value;
}

}  // namespace mecrr::calls
