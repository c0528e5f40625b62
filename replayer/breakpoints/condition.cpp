#include "replayer/breakpoints/condition.h"

#include <algorithm>
#include <array>

namespace mecrr {
namespace {

/// By the numbers of Probe::RegisterIs.
constexpr std::array kGeneral = {
    &Registers::rax, &Registers::rcx, &Registers::rdx, &Registers::rbx,
    &Registers::rsp, &Registers::rbp, &Registers::rsi, &Registers::rdi,
    &Registers::r8,  &Registers::r9,  &Registers::r10, &Registers::r11,
    &Registers::r12, &Registers::r13, &Registers::r14, &Registers::r15};

std::optional<std::uint64_t> value_of(const Operand& operand, const Registers& registers,
                                      const Memory& memory) {
  const std::uint64_t sum =
      operand.offset + (operand.base == nullptr ? 0 : registers.*(operand.base));
  if (operand.bytes == 0) return sum;
  std::uint64_t value = 0;
  if (!memory.read(RemoteAddress(sum), object_bytes(value).first(operand.bytes)))
    return std::nullopt;
  return value;
}

bool is_true(std::uint64_t left, Relation relation, std::uint64_t right) {
  switch (relation) {
    case Relation::kEqual:
      return left == right;
    case Relation::kUnequal:
      return left != right;
    case Relation::kLess:
      return left < right;
    case Relation::kAtMost:
      return left <= right;
    case Relation::kMore:
      return left > right;
    case Relation::kAtLeast:
      return left >= right;
  }
  return false;
}

bool is_number(const Operand& operand) { return operand.base == nullptr && operand.bytes == 0; }

bool fits(std::uint64_t value, std::uint8_t bytes) {
  return bytes == sizeof(value) || value >> (8U * bytes) == 0;
}

/// False if a probe cannot say that they are equal.
bool add_to(Probe& probe, const Operand& operand, std::uint64_t number) {
  if (operand.bytes != 0) {
    if (operand.base != nullptr || !fits(number, operand.bytes)) return false;
    probe.words.push_back({RemoteAddress(operand.offset), operand.bytes, number});
    return true;
  }
  const auto found = std::ranges::find(kGeneral, operand.base);
  if (found == kGeneral.end()) return false;
  probe.registers.push_back(
      {static_cast<std::uint8_t>(found - kGeneral.begin()), number - operand.offset});
  return true;
}

}  // namespace

bool StopCondition::holds(const Registers& registers, const Memory& memory) const {
  return std::ranges::all_of(comparisons, [&](const Comparison& comparison) {
    const auto left = value_of(comparison.left, registers, memory);
    const auto right = value_of(comparison.right, registers, memory);
    return left && right && is_true(*left, comparison.relation, *right);
  });
}

std::optional<Probe> as_probe(const StopCondition& condition, RemoteAddress at) {
  Probe probe{.at = at, .registers = {}, .flags = {}, .words = {}};
  for (const Comparison& comparison : condition.comparisons) {
    if (comparison.relation != Relation::kEqual) return std::nullopt;
    const bool is_left_number = is_number(comparison.left);
    const Operand& number = is_left_number ? comparison.left : comparison.right;
    const Operand& other = is_left_number ? comparison.right : comparison.left;
    if (!is_number(number) || !add_to(probe, other, number.offset)) return std::nullopt;
  }
  if (probe.registers.size() > kMaxProbeRegisters || probe.words.size() > kMaxProbeWords)
    return std::nullopt;
  return probe;
}

}  // namespace mecrr
