// What a person writes where an address is wanted.
//
//     0x401136   4198710   main   main+16   $rsp   $rbp-8   *0x401136   &counter
//     std::vector<int>::size
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/remote_address.h"
#include "cli/shell/session.h"

namespace mecrr::cli {

/// The address, in the task that is looked at. Of several symbols of that name it is the first: the
/// program's, before its libraries'. An error says which part is not understood.
Result<RemoteAddress> evaluate(Session& session, std::string_view expression);

/// If the expression is a variable's name, of 1, 2, 4 or 8 bytes: how many.
Result<std::optional<std::uint8_t>> variable_bytes(Session& session, std::string_view expression);

/// Whether the expression is a symbol's name and nothing more; not whether there is such a symbol.
bool is_name(std::string_view expression);

}  // namespace mecrr::cli
