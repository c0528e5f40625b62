// All `syscall` instructions of an ELF file, and which of them can be made to lead to the agent:
// with this, a file's code is patched when it is mapped, and none of its sites has to stop first.
//
// Found are the bytes 0f 05 in what is mapped executable, in functions that the unwind table or a
// symbol describes, where following the function's jumps gets to them. So data is not taken for a
// call. Bytes that are none of these are listed, too, as kNoFunction and kNotReached; what is in
// the middle of another instruction is not.
//
// The whole file's executable bytes are searched for jumps and calls into each window; bytes that
// merely look like one count, at the price of a window refused now and then. Symbols, too.
#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "base/bytes.h"
#include "device/patching/patch_refusal.h"
#include "device/patching/patch_window.h"

namespace mecrr {

struct CallSite {
  std::uint64_t offset;  ///< of the `syscall` instruction, in the file; its window ends there
  std::expected<PatchWindow, PatchRefusal> window;

  friend bool operator==(const CallSite&, const CallSite&) = default;
};

/// By offset. Empty if `elf_file`, the whole file, is no x86-64 ELF file. Costs a pass or two over
/// its executable segments, and reading the functions that have such bytes; bounded by a small
/// multiple of the file's size, whatever is in it.
std::vector<CallSite> find_call_sites(ByteView elf_file);

}  // namespace mecrr
