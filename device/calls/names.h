// Names of numbers: how flags, commands, errors and signals are written, and read back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mecrr::calls {

/// A name for some bits: it applies to a number whose bits under `mask` are `value`.
struct Flag {
  std::string_view name;
  std::uint64_t value;
  std::uint64_t mask;

  /// An ordinary flag: the bits of `value` are set. A value of 0 applies to the number 0 only.
  constexpr Flag(std::string_view name, std::uint64_t value)
      : Flag(name, value, value == 0 ? ~std::uint64_t{0} : value) {}
  /// One value of a field: O_WRONLY is 1 under O_ACCMODE.
  constexpr Flag(std::string_view name, std::uint64_t value, std::uint64_t mask)
      : name(name), value(value), mask(mask) {}
};

/// The names that go together for one kind of argument. Flags that cover several bits stand before
/// those that cover fewer.
struct FlagSet {
  std::string_view name;  ///< of the set, for the documentation: "open flags"
  std::span<const Flag> flags;
};

/// "O_RDONLY|O_CLOEXEC"; bits without a name come last as a number: "O_RDWR|0x40000000". Nothing at
/// all is "0".
std::string flags_text(const FlagSet& set, std::uint64_t value);

/// The reverse: names of the set and numbers (decimal, 0x…, 0…), joined by `|`. Empty for anything
/// else.
std::optional<std::uint64_t> parse_flags(const FlagSet& set, std::string_view text);

/// A number as C writes it: decimal with an optional minus sign, 0x… or octal 0….
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace mecrr::calls
