// Machine code for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/remote_address.h"
#include "cli/shell/session.h"
#include "replayer/symbols/symbols.h"

namespace mecrr::cli {

/// "main+4", "main"; empty without a symbol. Escaped.
std::string symbol_text(const std::optional<SymbolAt>& symbol);

/// "0x401136 <main+4>"
std::string address_text(Symbols& symbols, RemoteAddress address);

struct CodeLine {
  RemoteAddress address;
  std::size_t size = 0;
  std::string text;  ///< "call 0x401030 <puts>"
};

/// At most `most` instructions from `start` on, which end before `end` if that is not null. Ends
/// before what is no code.
std::vector<CodeLine> code_lines(Session& session, const LiveTask& task, RemoteAddress start,
                                 RemoteAddress end, std::size_t most);

/// One line of a listing: `=> 0x0000000000401136 <main+4>: sub rsp, 8`.
std::string listing_line(Session& session, const LiveTask& task, const CodeLine& line,
                         RemoteAddress current);

}  // namespace mecrr::cli
