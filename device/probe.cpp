#include "device/probe.h"

#include <algorithm>
#include <array>

namespace mecrr {

std::uint64_t general_register(const Registers& r, std::uint8_t number) {
  const std::array<std::uint64_t, 16> by_number = {r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp,
                                                   r.rsi, r.rdi, r.r8,  r.r9,  r.r10, r.r11,
                                                   r.r12, r.r13, r.r14, r.r15};
  return by_number.at(number);
}

bool all_equal(const Probe& probe, const Registers& registers, const Memory& memory) {
  if (registers.rip != probe.at.value()) return false;
  if (probe.flags && ((registers.eflags ^ *probe.flags) & kProgramFlags) != 0) return false;
  const bool registers_are = std::ranges::all_of(probe.registers, [&](const auto& wanted) {
    return general_register(registers, wanted.number) == wanted.value;
  });
  return registers_are && std::ranges::all_of(probe.words, [&](const auto& wanted) {
           std::uint64_t value = 0;
           return memory.read(wanted.address, object_bytes(value).first(wanted.bytes)) &&
                  value == wanted.value;
         });
}

}  // namespace mecrr
