// Registers by name, in the order in which they are shown.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "device/registers.h"

namespace mecrr::cli {

struct NamedRegister {
  std::string_view name;
  std::uint64_t Registers::* member;
};

std::span<const NamedRegister> register_names();

/// What "rax", "rip", … is called in Registers; null if nothing is called so.
std::uint64_t Registers::* find_register(std::string_view name);

/// The value of "rax", "rip", …; "pc", "sp" and "fp" are understood too.
std::optional<std::uint64_t> register_value(const Registers& registers, std::string_view name);

/// "[ PF ZF IF ]"
std::string flags_text(std::uint64_t eflags);

}  // namespace mecrr::cli
