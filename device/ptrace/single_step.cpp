#include "device/ptrace/single_step.h"

#include <algorithm>
#include <iterator>

namespace mecrr::ptrace {
namespace {

bool is_prefix(std::byte octet) {
  const auto value = std::to_integer<std::uint8_t>(octet);
  constexpr std::uint8_t kLegacy[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
                                      0x66, 0x67, 0xf0, 0xf2, 0xf3};
  return value >> 4 == 4 || std::ranges::find(kLegacy, value) != std::end(kLegacy);
}

bool is_string_operation(std::byte opcode) {
  const auto value = std::to_integer<std::uint8_t>(opcode);
  return (value >= 0xa4 && value <= 0xa7) || (value >= 0xaa && value <= 0xaf) ||
         (value >= 0x6c && value <= 0x6f);
}

}  // namespace

SteppedInstruction stepped_instruction(ByteView code) {
  constexpr std::byte kPushf{0x9c}, kPopf{0x9d}, kIret{0xcf};
  constexpr std::byte kRep{0xf3}, kRepne{0xf2};
  SteppedInstruction is{};
  const auto opcode = std::ranges::find_if_not(code, is_prefix);
  if (opcode == code.end()) return is;
  is.repeats = is_string_operation(*opcode) &&
               std::any_of(code.begin(), opcode,
                           [](std::byte prefix) { return prefix == kRep || prefix == kRepne; });
  is.pushes_flags = *opcode == kPushf;
  is.pops_flags = *opcode == kPopf || *opcode == kIret;
  return is;
}

}  // namespace mecrr::ptrace
