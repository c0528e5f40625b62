// Machine code as text, by Capstone.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/remote_address.h"

namespace mecrr {

struct DisassembledInstruction {
  RemoteAddress address;
  std::size_t size = 0;  ///< bytes
  std::string text;      ///< "mov eax, dword ptr [rdi + 4]"
};

/// At most `most` instructions of the x86-64 code that stands at `address`. Ends before the first
/// byte that is no instruction, or an instruction that is cut.
std::vector<DisassembledInstruction> disassemble(ByteView code, RemoteAddress address,
                                                 std::size_t most);

}  // namespace mecrr
