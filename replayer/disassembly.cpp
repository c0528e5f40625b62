#include "replayer/disassembly.h"

#include <fmt/format.h>

#include <span>

#include "device/code/capstone.h"

namespace mecrr {

std::vector<DisassembledInstruction> disassemble(ByteView code, RemoteAddress address,
                                                 std::size_t most) {
  if (code.empty() || most == 0) return {};  // to Capstone, a count of 0 means all
  csh handle = open_capstone();
  cs_insn* found = nullptr;
  const std::size_t count =
      cs_disasm(handle, as_octets(code), code.size(), address.value(), most, &found);
  std::vector<DisassembledInstruction> instructions;
  for (const cs_insn& instruction : std::span(found, count)) {
    instructions.push_back({RemoteAddress(instruction.address), instruction.size,
                            fmt::format("{} {}", instruction.mnemonic, instruction.op_str)});
  }
  if (found != nullptr) cs_free(found, count);
  cs_close(&handle);
  return instructions;
}

}  // namespace mecrr
