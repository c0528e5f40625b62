// Which function or variable is at this address?

#include "replayer/symbols/demangle.h"
#include "replayer/symbols/modules.h"
#include "replayer/symbols/symbols.h"

namespace mecrr {

std::optional<SymbolAt> Symbols::symbol_at(RemoteAddress address) {
  Dwfl_Module* module = modules().at(address);
  if (module == nullptr) return std::nullopt;
  GElf_Off offset = 0;
  GElf_Sym entry;
  const char* name =
      dwfl_module_addrinfo(module, address.value(), &offset, &entry, nullptr, nullptr, nullptr);
  if (name == nullptr) return std::nullopt;
  return SymbolAt{demangle(name), offset, Modules::path_of(module)};
}

}  // namespace mecrr
