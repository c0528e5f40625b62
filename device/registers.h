// The registers of a stopped task, as the device reports and takes them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace mecrr {

/// General registers, in the kernel's order (struct user_regs_struct of <sys/user.h>, which
/// device/ptrace asserts). `orig_rax` is the number of the call that the task stands at or has just
/// come out of, without having run code of its own since (Called, Returned, Executed, Born); else
/// it is ~0.
struct Registers {
  std::uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax;
  std::uint64_t rip, cs, eflags, rsp, ss, fs_base, gs_base, ds, es, fs, gs;

  friend bool operator==(const Registers&, const Registers&) = default;
};

inline constexpr std::uint64_t kNoCall = ~std::uint64_t{0};  ///< `orig_rax` outside of calls.

/// rflags bits that a program's own instructions determine: carry, parity, adjust, zero, sign,
/// direction, overflow. The others (trap, resume, interrupt, …) depend on who is watching.
inline constexpr std::uint64_t kProgramFlags = 0xCD5;

/// A hash of what a replay must reproduce when it stands at the same moment: rip, rsp, general
/// registers, kProgramFlags, fs_base and gs_base. At a call rax, rcx and r11 are left out:
/// `syscall` itself has overwritten them. The trace holds it in State.registers_hash, so its
/// definition is part of the trace format.
std::uint64_t identity_hash(const Registers& registers);

/// x87, SSE, AVX … registers: an XSAVE area in the standard format, as PTRACE_GETREGSET
/// NT_X86_XSTATE gives it. Where each component lies in it depends on the processor (CPUID leaf
/// 0xD).
struct VectorState {
  Bytes xsave;

  friend bool operator==(const VectorState&, const VectorState&) = default;
};

/// A hash of what a replay must reproduce of it: x87, SSE, AVX and AVX-512 registers and control
/// words; not the addresses of the last x87 instruction, nor which components are in use. Registers
/// that are zero do not count, so that processors with more of them come to the same. The trace
/// holds it in Landing.vector_hash, so its definition is part of the trace format. For states of
/// this machine.
std::uint64_t vector_hash(const VectorState& state);

}  // namespace mecrr
