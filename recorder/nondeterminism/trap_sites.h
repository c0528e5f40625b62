// Where a file holds instructions that give chance results and that no processor setting makes
// fault: cpuid, rdrand, rdseed, rdpid. The recorder replaces them by int3 when the file is mapped.
//
// Never reports bytes that are not an instruction, as long as compilers and assemblers put only
// code between the ends of a function: a candidate counts only if the function that holds it is
// known (elf_functions.h) and an instruction begins there, by following the function's jumps or by
// reading it from its first byte to exactly its last.
//
// Missed, so executed for real:
//   - code in files without unwind table and symbols (Go programs have symbols unless stripped),
//     and assembly without either in files that have them (libgmp's __gmpn_cpuid, nasm's code);
//   - code that a program makes for itself (JIT compilers), or unpacks (UPX);
//   - an instruction in the middle of another one;
//   - functions in which data and code alternate so that neither way of reading gets to it.
// Nothing on this list has chance results where cpuid was only asked what a processor can do, and
// such a trace replays on the machine that made it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "recorder/nondeterminism/instructions.h"

namespace mecrr {

struct TrapSite {
  std::uint64_t offset;  ///< of the instruction's first byte, in the file
  NondeterministicInstruction instruction;

  friend bool operator==(const TrapSite&, const TrapSite&) = default;
};

/// All that are found in `elf_file`, the whole file, by offset. Empty if it is no x86-64 ELF file,
/// or not a whole one. Costs one pass over its executable segments (docs/performance.md) and
/// reading the functions that have candidates; bounded by a small multiple of the file's size.
std::vector<TrapSite> find_trap_sites(ByteView elf_file);

}  // namespace mecrr
