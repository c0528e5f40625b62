// What the agent answers a program's cpuid with: a table in every tracee, at agent::kCpuidTable,
// written once for each program. It is code as far as its memory is concerned: the program cannot
// write there, and a fork's child has it, too.
//
// The same table decides wherever the agent is not asked, at an int3 that stands for a cpuid: what
// is in it is no event of the trace.
#pragma once

#include <cstddef>
#include <cstdint>

#include "device/agent/state.h"

namespace mecrr::agent {

inline constexpr std::size_t kMaxCpuidRows = 255;

struct CpuidRow {
  std::uint64_t question;  ///< leaf, and subleaf << 32
  std::uint64_t asked;     ///< the bits of (leaf, subleaf << 32) that are compared with `question`
  std::uint32_t eax, ebx, ecx, edx;
};

struct CpuidTable {
  std::uint64_t count;
  std::uint64_t unused;
  CpuidRow rows[kMaxCpuidRows];
};
static_assert(offsetof(CpuidRow, eax) == 16 && sizeof(CpuidRow) == 32);  // entry.S
static_assert(offsetof(CpuidTable, rows) == 16);                         // entry.S
static_assert(sizeof(CpuidTable) <= kCodeEnd - kCpuidTable);

inline constexpr std::uint64_t kAnySubleaf = 0xffff'ffff;  ///< CpuidRow::asked: the leaf alone
inline constexpr std::uint64_t kThisSubleaf = ~std::uint64_t{0};

constexpr std::uint64_t cpuid_question(std::uint64_t rax, std::uint64_t rcx) {
  return (rax & 0xffff'ffff) | rcx << 32;
}

/// The first row for it; null if there is none.
constexpr const CpuidRow* find_row(const CpuidTable& table, std::uint64_t question) {
  for (const CpuidRow* row = table.rows; row != table.rows + table.count; ++row) {
    if ((question & row->asked) == row->question) return row;
  }
  return nullptr;
}

/// What cpuid leaves in the four registers.
constexpr void answer_from(const CpuidRow& row, auto& rax, auto& rbx, auto& rcx, auto& rdx) {
  rax = row.eax;
  rbx = row.ebx;
  rcx = row.ecx;
  rdx = row.edx;
}

}  // namespace mecrr::agent
