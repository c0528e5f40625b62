#include "cli/text/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace mecrr::cli {
namespace {

constexpr unsigned kDelete = 0x7f;
constexpr unsigned kFirstC1 = 0x80;
constexpr unsigned kLastC1 = 0x9f;

/// A character of UTF-8, or size 0 where there is none.
struct Character {
  std::uint32_t code = 0;
  std::size_t size = 0;
};

Character next_character(std::string_view text) {
  struct Lead {
    unsigned mask, value;
    std::size_t size;
    std::uint32_t least;  // smaller ones are written in fewer bytes
  };
  constexpr std::array kLeads = {Lead{0x80, 0x00, 1, 0}, Lead{0xe0, 0xc0, 2, 0x80},
                                 Lead{0xf0, 0xe0, 3, 0x800}, Lead{0xf8, 0xf0, 4, 0x10000}};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto* lead = std::ranges::find_if(
      kLeads, [&](const Lead& each) { return (byte(0) & each.mask) == each.value; });
  if (lead == kLeads.end() || lead->size > text.size()) return {};
  std::uint32_t code = byte(0) & ~lead->mask;
  for (std::size_t i = 1; i < lead->size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fU);
  }
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < lead->least || code > 0x10ffff || is_surrogate) return {};
  return {code, lead->size};
}

bool changes_direction(std::uint32_t code) {
  return code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

bool is_visible(Character character) {
  const std::uint32_t code = character.code;
  return character.size != 0 && code >= ' ' && code != kDelete &&
         !(code >= kFirstC1 && code <= kLastC1) && !changes_direction(code);
}

void append_escape(std::string& to, char c) {
  switch (c) {
    case '\n':
      to += "\\n";
      break;
    case '\r':
      to += "\\r";
      break;
    case '\t':
      to += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(to), "\\x{:02x}", static_cast<unsigned char>(c));
  }
}

bool needs_quotes(std::string_view argument) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%^";
  return argument.empty() || argument.find_first_not_of(kPlain) != std::string_view::npos;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character character = next_character(text);
    const std::size_t size = std::max<std::size_t>(character.size, 1);
    if (is_visible(character)) {
      result += text.substr(0, size);
    } else {
      for (const char c : text.substr(0, size)) append_escape(result, c);
    }
    text.remove_prefix(size);
  }
  return result;
}

std::string escaped_lines(std::string_view text) {
  std::string result;
  while (text.ends_with('\n')) text.remove_suffix(1);
  while (true) {
    const std::size_t end = text.find('\n');
    result += escaped(text.substr(0, end));
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string command_line(std::span<const std::string> arguments) {
  std::string line;
  for (const std::string& argument : arguments) {
    if (!line.empty()) line += ' ';
    if (!needs_quotes(argument)) {
      line += argument;
      continue;
    }
    line += '\'';
    for (const char c : argument) {
      if (c == '\'') {
        line += "'\\''";
      } else {
        line += c;
      }
    }
    line += '\'';
  }
  return escaped(line);
}

}  // namespace mecrr::cli
