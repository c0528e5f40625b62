#include "device/code/go_functions.h"

#include <algorithm>

namespace mecrr {
namespace {

constexpr std::uint64_t kHeaderBytes = 8;  // before its numbers, of eight bytes each
constexpr std::uint64_t kWord = 8;

struct Layout {
  std::uint32_t magic;
  std::uint64_t base;   ///< which number is the address that entries count from; 0: none
  std::uint64_t first;  ///< which one tells where the entries are; 0: they follow the first number
  std::uint64_t number_bytes;
};

constexpr Layout kLayouts[] = {
    {.magic = 0xffff'fffb, .base = 0, .first = 0, .number_bytes = 8},
    {.magic = 0xffff'fffa, .base = 0, .first = 6, .number_bytes = 8},
    {.magic = 0xffff'fff0, .base = 2, .first = 7, .number_bytes = 4},
    {.magic = 0xffff'fff1, .base = 2, .first = 7, .number_bytes = 4},
};

std::uint64_t number_at(ByteView section, std::uint64_t at, std::uint64_t bytes) {
  if (bytes == sizeof(std::uint32_t)) return load<std::uint32_t>(section, at).value_or(0);
  return load<std::uint64_t>(section, at).value_or(0);
}

}  // namespace

std::optional<GoTable> go_table(ByteView section) {
  const auto magic = load<std::uint32_t>(section);
  const auto* const layout =
      std::ranges::find_if(kLayouts, [magic](const Layout& known) { return magic == known.magic; });
  // Two zeros, the size of the smallest instruction, and that of an address.
  constexpr std::uint32_t kOfThisProcessor = 0x0801'0000;
  if (layout == std::end(kLayouts) || load<std::uint32_t>(section, 4) != kOfThisProcessor)
    return std::nullopt;
  const auto number = [&](std::uint64_t which) { return kHeaderBytes + which * kWord; };
  GoTable table{.base_at = {},
                .functions = number_at(section, number(0), kWord),
                .first = number(1),
                .number_bytes = layout->number_bytes};
  if (layout->base != 0) table.base_at = number(layout->base);
  if (layout->first != 0) table.first = number_at(section, number(layout->first), kWord);
  const std::uint64_t entry = 2 * table.number_bytes;
  const bool fits =
      table.first <= section.size() && table.functions < (section.size() - table.first) / entry;
  return fits ? std::optional(table) : std::nullopt;
}

std::vector<std::uint64_t> go_functions(ByteView section, const GoTable& table,
                                        std::uint64_t base) {
  std::vector<std::uint64_t> starts;
  starts.reserve(table.functions + 1);
  for (std::uint64_t i = 0; i <= table.functions; ++i)
    starts.push_back(
        base + number_at(section, table.first + 2 * i * table.number_bytes, table.number_bytes));
  if (!std::ranges::is_sorted(starts)) return {};
  return starts;
}

}  // namespace mecrr
