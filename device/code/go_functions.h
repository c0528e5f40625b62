// Where the functions of a program made by Go begin: its own table of them (.gopclntab), which
// stripped programs have, too. They have no unwind table, for Go unwinds by this one.
//
// The layouts are those of Go 1.2, 1.16, 1.18 and 1.20 (src/debug/gosym/pclntab.go of Go tells
// them).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace mecrr {

/// A table's header; what stands at places beyond its end is as if zero.
struct GoTable {
  /// Where in the table the address stands that functions count from; empty: they count from zero.
  std::optional<std::uint64_t> base_at;
  std::uint64_t functions = 0;     ///< how many there are
  std::uint64_t first = 0;         ///< where in the table the first one's entry is
  std::uint64_t number_bytes = 0;  ///< of an address in an entry, which has two numbers
};

/// Empty if it has none of the known layouts.
std::optional<GoTable> go_table(ByteView section);

/// Addresses, ascending, that functions begin at, and the end of the last one. Empty if they are
/// not in order.
/// @param base  what stands at base_at when the program runs
std::vector<std::uint64_t> go_functions(ByteView section, const GoTable& table, std::uint64_t base);

}  // namespace mecrr
