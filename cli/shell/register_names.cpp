#include "cli/shell/register_names.h"

#include <algorithm>
#include <array>

namespace mecrr::cli {
namespace {

constexpr std::array kRegisters = {NamedRegister{"rax", &Registers::rax},
                                   NamedRegister{"rbx", &Registers::rbx},
                                   NamedRegister{"rcx", &Registers::rcx},
                                   NamedRegister{"rdx", &Registers::rdx},
                                   NamedRegister{"rsi", &Registers::rsi},
                                   NamedRegister{"rdi", &Registers::rdi},
                                   NamedRegister{"rbp", &Registers::rbp},
                                   NamedRegister{"rsp", &Registers::rsp},
                                   NamedRegister{"r8", &Registers::r8},
                                   NamedRegister{"r9", &Registers::r9},
                                   NamedRegister{"r10", &Registers::r10},
                                   NamedRegister{"r11", &Registers::r11},
                                   NamedRegister{"r12", &Registers::r12},
                                   NamedRegister{"r13", &Registers::r13},
                                   NamedRegister{"r14", &Registers::r14},
                                   NamedRegister{"r15", &Registers::r15},
                                   NamedRegister{"rip", &Registers::rip},
                                   NamedRegister{"eflags", &Registers::eflags},
                                   NamedRegister{"cs", &Registers::cs},
                                   NamedRegister{"ss", &Registers::ss},
                                   NamedRegister{"ds", &Registers::ds},
                                   NamedRegister{"es", &Registers::es},
                                   NamedRegister{"fs", &Registers::fs},
                                   NamedRegister{"gs", &Registers::gs},
                                   NamedRegister{"fs_base", &Registers::fs_base},
                                   NamedRegister{"gs_base", &Registers::gs_base},
                                   NamedRegister{"orig_rax", &Registers::orig_rax}};

struct Alias {
  std::string_view name, means;
};
constexpr std::array kAliases = {Alias{"pc", "rip"}, Alias{"sp", "rsp"}, Alias{"fp", "rbp"},
                                 Alias{"rflags", "eflags"}};

struct FlagBit {
  std::string_view name;
  unsigned bit;
};
constexpr std::array kFlags = {FlagBit{"CF", 0}, FlagBit{"PF", 2},  FlagBit{"AF", 4},
                               FlagBit{"ZF", 6}, FlagBit{"SF", 7},  FlagBit{"TF", 8},
                               FlagBit{"IF", 9}, FlagBit{"DF", 10}, FlagBit{"OF", 11}};

}  // namespace

std::span<const NamedRegister> register_names() { return kRegisters; }

std::uint64_t Registers::* find_register(std::string_view name) {
  const auto alias = std::ranges::find(kAliases, name, &Alias::name);
  if (alias != kAliases.end()) name = alias->means;
  const auto found = std::ranges::find(kRegisters, name, &NamedRegister::name);
  return found == kRegisters.end() ? nullptr : found->member;
}

std::optional<std::uint64_t> register_value(const Registers& registers, std::string_view name) {
  const auto member = find_register(name);
  if (member == nullptr) return std::nullopt;
  return registers.*member;
}

std::string flags_text(std::uint64_t eflags) {
  std::string text = "[";
  for (const FlagBit& flag : kFlags) {
    if ((eflags >> flag.bit & 1) != 0) text += ' ' + std::string(flag.name);
  }
  return text + " ]";
}

}  // namespace mecrr::cli
