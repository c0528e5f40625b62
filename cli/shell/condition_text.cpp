#include "cli/shell/condition_text.h"

#include <algorithm>
#include <array>

#include "cli/shell/expression.h"
#include "cli/shell/register_names.h"
#include "cli/shell/verbs/verbs.h"
#include "cli/text/quantity.h"

namespace mecrr::cli {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::uint8_t kIntBytes = 4;
constexpr unsigned kByteBits = 8;

std::string_view without_blanks(std::string_view text) {
  const std::size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

/// Without the parentheses that enclose all of it.
std::string_view bare(std::string_view text) {
  text = without_blanks(text);
  while (text.starts_with('(')) {
    int depth = 0;
    const auto closes = std::ranges::find_if(text, [&](char c) {
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      return depth == 0;
    });
    if (closes == text.end() || closes + 1 != text.end()) break;
    text = without_blanks(text.substr(1, text.size() - 2));
  }
  return text;
}

// ---- types

struct TypeWord {
  std::string_view word;
  std::uint8_t bytes;  // 0: says nothing of the size
};
constexpr std::array kTypeWords = {
    TypeWord{"char", 1},     TypeWord{"bool", 1},     TypeWord{"short", 2},
    TypeWord{"long", 8},     TypeWord{"int", 4},      TypeWord{"unsigned", 0},
    TypeWord{"signed", 0},   TypeWord{"const", 0},    TypeWord{"size_t", 8},
    TypeWord{"int8_t", 1},   TypeWord{"int16_t", 2},  TypeWord{"int32_t", 4},
    TypeWord{"int64_t", 8},  TypeWord{"uint8_t", 1},  TypeWord{"uint16_t", 2},
    TypeWord{"uint32_t", 4}, TypeWord{"uint64_t", 8}, TypeWord{"uintptr_t", 8}};

/// Of "unsigned long", "char", "void *".
Result<std::uint8_t> type_bytes(std::string_view type) {
  if (without_blanks(type).ends_with('*')) return sizeof(void*);
  std::uint8_t bytes = 0;
  bool is_int = false;
  for (const std::string_view word : words(type)) {
    const auto found = std::ranges::find(kTypeWords, word, &TypeWord::word);
    if (found == kTypeWords.end())
      return fail("'{}' is no type that is known here: char, short, int, long, uint64_t …", type);
    is_int |= word == "int";
    if (word != "int" && found->bytes != 0) bytes = found->bytes;
  }
  if (bytes == 0 && !is_int && words(type).empty()) return fail("a type is missing");
  return bytes == 0 ? kIntBytes : bytes;
}

// ---- sides

/// A sum of numbers, symbols' addresses, and at most one register.
Result<Operand> parse_sum(Session& session, std::string_view text) {
  text = bare(text);
  Operand sum;
  if (is_name(text)) {
    sum.offset = TRY(evaluate(session, text)).value();
    return sum;
  }
  bool is_subtracted = false;
  if (text.starts_with('-')) {
    is_subtracted = true;
    text.remove_prefix(1);
  }
  while (true) {
    const std::size_t end = std::min(text.find_first_of("+-"), text.size());
    const std::string_view part = without_blanks(text.substr(0, end));
    if (part.starts_with('*'))
      return fail("'{}': memory alone is compared, not counted with", part);
    if (part.starts_with('$')) {
      const auto member = find_register(part.substr(1));
      if (member == nullptr) return fail("no register is called {}", part);
      if (is_subtracted || sum.base != nullptr)
        return fail("{}: registers can neither be subtracted nor added to one another", part);
      sum.base = member;
    } else {
      const std::uint64_t value = TRY(evaluate(session, part)).value();
      sum.offset = is_subtracted ? sum.offset - value : sum.offset + value;
    }
    if (end == text.size()) return sum;
    is_subtracted = text[end] == '-';
    text.remove_prefix(end + 1);
  }
}

/// What is at an address; without a type, an int, or all of the variable.
Result<Operand> parse_memory(Session& session, std::string_view text) {
  text = without_blanks(text);
  std::uint8_t bytes = 0;
  const std::size_t closed = text.find(')');
  if (text.starts_with('(') && closed != std::string_view::npos) {
    const std::string_view type = without_blanks(text.substr(1, closed - 1));
    if (type.ends_with('*')) {
      bytes = TRY(type_bytes(type.substr(0, type.size() - 1)));
      text.remove_prefix(closed + 1);
    }
  }
  text = bare(text);
  if (text.starts_with('&')) text.remove_prefix(1);
  Operand memory = TRY(parse_sum(session, text));
  memory.bytes = bytes;
  if (bytes == 0) memory.bytes = TRY(variable_bytes(session, text)).value_or(kIntBytes);
  return memory;
}

/// 'x'
std::optional<std::uint8_t> parse_character(std::string_view text) {
  constexpr std::size_t kSize = 3;
  if (text.size() != kSize || !text.starts_with('\'') || !text.ends_with('\'')) return std::nullopt;
  return static_cast<std::uint8_t>(text[1]);
}

Result<Operand> parse_side(Session& session, std::string_view text) {
  text = bare(text);
  if (text.empty()) return fail("a register, address or number is missing");
  if (text.starts_with('*')) return parse_memory(session, text.substr(1));
  if (const auto character = parse_character(text)) return Operand{.offset = *character};
  if (text.starts_with('&')) return parse_sum(session, text.substr(1));
  Operand side = TRY(parse_sum(session, text));
  side.bytes = TRY(variable_bytes(session, text)).value_or(0);
  return side;
}

// ---- comparisons

struct Sign {
  std::string_view text;
  Relation relation;
};
constexpr std::array kSigns = {Sign{"==", Relation::kEqual},  Sign{"!=", Relation::kUnequal},
                               Sign{"<=", Relation::kAtMost}, Sign{">=", Relation::kAtLeast},
                               Sign{"<", Relation::kLess},    Sign{">", Relation::kMore}};

bool is_number(const Operand& side) { return side.base == nullptr && side.bytes == 0; }

/// Makes a number as wide as what it is compared with.
Result<void> fit(Operand& number, const Operand& other) {
  constexpr unsigned kBits = 64;
  const unsigned bits = other.bytes * kByteBits;
  if (!is_number(number) || bits == 0 || bits == kBits) return {};
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  const std::uint64_t sign = ~(mask >> 1);
  if ((number.offset & sign) == sign) number.offset &= mask;  // negative
  if (number.offset > mask)
    return fail("{} does not fit into {}", number.offset, counted(other.bytes, "byte", "bytes"));
  return {};
}

Result<Comparison> parse_comparison(Session& session, std::string_view text) {
  text = bare(text);
  if (text.empty()) return fail("a comparison is missing");
  for (const Sign& sign : kSigns) {
    const std::size_t at = text.find(sign.text);
    if (at == std::string_view::npos) continue;
    Comparison comparison{.left = TRY(parse_side(session, text.substr(0, at))),
                          .relation = sign.relation,
                          .right = TRY(parse_side(session, text.substr(at + sign.text.size())))};
    if (is_number(comparison.left) && is_number(comparison.right))
      return fail("'{}' compares two numbers", text);
    TRY(fit(comparison.left, comparison.right));
    TRY(fit(comparison.right, comparison.left));
    return comparison;
  }
  if (text.find('=') != std::string_view::npos) return fail("'{}': equality is ==", text);
  const Operand side = TRY(parse_side(session, text));
  if (is_number(side)) return fail("'{}' is a number, and compared with nothing", text);
  return Comparison{.left = side, .relation = Relation::kUnequal, .right = {}};
}

}  // namespace

Result<StopCondition> parse_condition(Session& session, std::string_view text) {
  constexpr std::string_view kAnd = "&&";
  if (text.find("||") != std::string_view::npos)
    return fail("conditions are joined by && only; || takes two breakpoints");
  text = bare(text);
  StopCondition condition;
  while (true) {
    const std::size_t end = text.find(kAnd);
    condition.comparisons.push_back(TRY(parse_comparison(session, text.substr(0, end))));
    if (end == std::string_view::npos) return condition;
    text.remove_prefix(end + kAnd.size());
  }
}

PlaceAndCondition split_condition(std::string_view text) {
  constexpr std::string_view kIf = "if";
  constexpr std::string_view kBefore = " \t";
  constexpr std::string_view kBehind = " \t($*&";
  for (std::size_t at = text.find(kIf); at != std::string_view::npos; at = text.find(kIf, at + 1)) {
    const std::string_view rest = text.substr(at + kIf.size());
    const bool is_word = (at == 0 || kBefore.find(text[at - 1]) != std::string_view::npos) &&
                         (rest.empty() || kBehind.find(rest.front()) != std::string_view::npos);
    if (is_word) return {without_blanks(text.substr(0, at)), without_blanks(rest)};
  }
  return {text, std::nullopt};
}

}  // namespace mecrr::cli
