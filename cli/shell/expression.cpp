#include "cli/shell/expression.h"

#include "cli/shell/register_names.h"
#include "device/calls/names.h"

namespace mecrr::cli {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view without_blanks(std::string_view text) {
  const std::size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

Result<std::uint64_t> term(Session& session, std::string_view text) {
  if (text.empty()) return fail("an address or a symbol is missing");
  if (text.starts_with('$')) {
    const auto value = register_value(TRY(session.registers()), text.substr(1));
    if (!value) return fail("no register is called {}", text);
    return *value;
  }
  if (text.front() >= '0' && text.front() <= '9') {
    const auto number = calls::parse_number(text);
    if (!number) return fail("'{}' is no number", text);
    return *number;
  }
  const auto found = session.symbols(TRY(session.task()).stream).find(text);
  if (found.empty())
    return fail("no symbol '{}' in the program and the libraries that it has loaded so far", text);
  return found.front().address.value();
}

}  // namespace

bool is_name(std::string_view expression) {
  expression = without_blanks(expression);
  if (expression.empty()) return false;
  const char first = expression.front();
  const bool is_operator = expression.find("operator") != std::string_view::npos;
  return first != '$' && first != '*' && first != '&' && !(first >= '0' && first <= '9') &&
         (is_operator || expression.find_first_of("+-") == std::string_view::npos);
}

Result<std::optional<std::uint8_t>> variable_bytes(Session& session, std::string_view expression) {
  if (!is_name(expression)) return std::nullopt;
  const auto found = session.symbols(TRY(session.task()).stream).find(without_blanks(expression));
  const std::uint64_t bytes = found.empty() ? 0 : found.front().variable_bytes;
  if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) return std::nullopt;
  return static_cast<std::uint8_t>(bytes);
}

Result<RemoteAddress> evaluate(Session& session, std::string_view expression) {
  expression = without_blanks(expression);
  if (expression.starts_with('*') || expression.starts_with('&'))
    expression = without_blanks(expression.substr(1));
  if (is_name(expression)) return RemoteAddress(TRY(term(session, expression)));
  std::size_t end = expression.find_last_of("+-");
  if (end == std::string_view::npos) return RemoteAddress(TRY(term(session, expression)));
  const std::uint64_t right = TRY(term(session, without_blanks(expression.substr(end + 1))));
  const RemoteAddress left = TRY(evaluate(session, expression.substr(0, end)));
  return expression[end] == '+' ? left + right : left - right;
}

}  // namespace mecrr::cli
