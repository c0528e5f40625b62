// Conditions of breakpoints, as a person writes them. Comparisons, joined by &&:
//
//     $rdi == 5    *(short*)0x404010 != 0x1f && $rax >= 7    counter == 3    *(int*)($rbp-4) < 10
//
// A side is a register, or what memory has at an address: a word of the type's size, or of an
// int's; a variable's value by its name; or a number, or 'c'. Symbols are looked up at once;
// registers, the address in memory that they make too, whenever the task comes to the breakpoint. A
// side alone is compared with 0. All is unsigned; -1 is what it is in as many bytes as the other
// side has.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "cli/shell/session.h"
#include "replayer/breakpoints/condition.h"

namespace mecrr::cli {

/// Of the task that is looked at. An error says which part is not understood.
Result<StopCondition> parse_condition(Session& session, std::string_view text);

/// "main if $rdi == 5" taken apart; the condition is absent if there is no `if`.
struct PlaceAndCondition {
  std::string_view place;
  std::optional<std::string_view> condition;
};
PlaceAndCondition split_condition(std::string_view text);

}  // namespace mecrr::cli
