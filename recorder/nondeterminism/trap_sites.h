// Where a file holds instructions that give chance results and that no processor setting makes
// fault: cpuid, rdrand, rdseed, rdpid. The recorder replaces them by int3 when the file is mapped.
//
// Never reports bytes that are not an instruction: a candidate counts only if the function that
// holds it is known (elf_functions.h), and following that function's jumps from its first byte gets
// to it. (Data behind a call that never returns could mislead this; compilers put none there.)
//
// Of 2,711 programs and libraries of a Debian 12 machine, 88 have such instructions, 828 in all.
// Each is one in `objdump -d` too; that lists 48 more, of which 2 are data (in libcrypto) and the
// others code without unwind table and symbols.
//
// Missed, so executed for real:
//   - code that neither an unwind table nor a symbol nor Go's own table describes: hand-written
//   assembly (nasm's in
//     libjpeg, libx265, libdav1d; gnutls), FreePascal's and valgrind's own programs;
//   - code that only indirect jumps (a switch's table) or the unwinder (a catch) lead to;
//   - code that a program makes for itself (JIT compilers) or unpacks (UPX).
// What a missed cpuid tells is the truth about the machine, unhidden (cpuid.h): on the machine that
// made the trace, it replays, but for what differs from processor to processor (leaf 1 and others
// have a processor's number).
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
/// or not a whole one. Costs one pass over its executable segments and reading the functions that
/// have candidates (cc1, 33 MB: 4 ms); bounded by a small multiple of the file's size.
std::vector<TrapSite> find_trap_sites(ByteView elf_file);

}  // namespace mecrr
