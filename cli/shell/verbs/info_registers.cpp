#include <fmt/format.h>

#include "cli/output.h"
#include "cli/shell/code_text.h"
#include "cli/shell/register_names.h"
#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

Result<void> print_register(Session& session, const Registers& registers, std::string_view name) {
  const auto value = register_value(registers, name);
  if (!value) return fail("no register is called {}", name);
  std::string meaning = fmt::format("{}", static_cast<std::int64_t>(*value));
  if (name == "rip" || name == "pc") {
    Symbols& symbols = session.symbols(TRY(session.task()).stream);
    meaning = address_text(symbols, RemoteAddress(*value));
  } else if (name == "eflags" || name == "rflags") {
    meaning = flags_text(*value);
  }
  print(fmt::format("{:<9} {:#018x}  {}\n", name, *value, meaning));
  return {};
}

Result<void> run(Session& session, std::string_view arguments) {
  const Registers registers = TRY(session.registers());
  if (arguments.empty()) {
    for (const NamedRegister& named : register_names())
      TRY(print_register(session, registers, named.name));
  }
  for (const std::string_view word : words(arguments))
    TRY(print_register(session, registers, word.substr(word.starts_with('$') ? 1 : 0)));
  return {};
}

}  // namespace

constinit const Topic kInfoRegisters = {
    "registers", "[NAME…]", "the task's general registers, hexadecimal and decimal", run};

}  // namespace mecrr::cli
