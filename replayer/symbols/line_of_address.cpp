// Which source line was this instruction compiled from?

#include "replayer/symbols/modules.h"
#include "replayer/symbols/symbols.h"

namespace mecrr {

std::optional<SourceLine> Symbols::line_at(RemoteAddress address) {
  Dwfl_Module* module = modules().at(address);
  if (module == nullptr) return std::nullopt;
  Dwfl_Line* line = dwfl_module_getsrc(module, address.value());
  if (line == nullptr) return std::nullopt;
  int number = 0;
  const char* file = dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
  if (file == nullptr || number == 0) return std::nullopt;
  return SourceLine{file, number};
}

}  // namespace mecrr
