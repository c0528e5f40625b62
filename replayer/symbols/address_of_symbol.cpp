// Where is this function or variable?

#include <cctype>
#include <set>

#include "replayer/symbols/demangle.h"
#include "replayer/symbols/modules.h"
#include "replayer/symbols/symbols.h"

namespace mecrr {
namespace {

/// The last part of a C++ name, which its mangled form contains as it is; demangling all of a big
/// library takes seconds.
std::string_view last_identifier(std::string_view name) {
  const std::string_view whole = without_parameters(name);
  std::size_t start = whole.size();
  while (start > 0 && (std::isalnum(static_cast<unsigned char>(whole[start - 1])) != 0 ||
                       whole[start - 1] == '_'))
    --start;
  return whole.substr(start);
}

bool is_called(std::string_view name, std::string_view last, const char* mangled) {
  const std::string_view symbol = mangled;
  if (symbol == name) return true;
  if (symbol.ends_with(".cold")) return false;  // the unlikely rest of a function, never its start
  if (const std::size_t version = symbol.find('@'); version != 0 && version != symbol.npos)
    return symbol.substr(0, version) == name;  // memcpy@@GLIBC_2.14
  if (!symbol.starts_with("_Z") || symbol.find(last) == symbol.npos) return false;
  const std::string demangled = demangle(mangled);
  return demangled == name || without_parameters(demangled) == name;
}

}  // namespace

std::vector<FoundSymbol> Symbols::find(std::string_view name) {
  const std::string_view last = last_identifier(name);
  std::vector<FoundSymbol> found;
  std::set<RemoteAddress> seen;  // a function often has several entries
  modules().for_each_symbol([&](Dwfl_Module* module, const Modules::Symbol& symbol) {
    if (!is_called(name, last, symbol.name) || !seen.insert(symbol.address).second) return;
    const bool is_variable = GELF_ST_TYPE(symbol.entry.st_info) == STT_OBJECT;
    found.push_back({demangle(symbol.name), symbol.address, Modules::path_of(module),
                     is_variable ? symbol.entry.st_size : 0});
  });
  return found;
}

std::vector<std::string> Symbols::names_with_prefix(std::string_view prefix, std::size_t limit) {
  std::set<std::string> names;
  modules().for_each_symbol([&](Dwfl_Module*, const Modules::Symbol& symbol) {
    const std::string_view raw = symbol.name;
    if (!raw.starts_with("_Z")) {
      if (raw.starts_with(prefix)) names.emplace(raw.substr(0, raw.find('@')));
      return;
    }
    if (prefix.empty() || raw.find(prefix.substr(0, prefix.find(':'))) == raw.npos) return;
    const std::string demangled = demangle(symbol.name);
    if (demangled.starts_with(prefix)) names.emplace(without_parameters(demangled));
  });
  std::vector<std::string> first;
  for (auto& name : names) {
    if (first.size() == limit) break;
    first.push_back(name);
  }
  return first;
}

}  // namespace mecrr
