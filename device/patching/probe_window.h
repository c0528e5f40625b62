// The instructions that give way to a probe's jump (device/probe.h), and what is jumped to.
//
//     before                               after
//     at:    inc %ecx               2      at:    jmp stub; its displacement is `cc f4 ea 06`, say
//     next:  cmp $9, %ecx           3
//     back:  jne …                         back:  jne …
//
// Unlike those before a `syscall` (patch_window.h), these are looked at while the program is at
// them, so that they are instructions is certain: each of them but the last falls through to the
// next. That nothing jumps to `next` is not: so the stub is put where each byte of the displacement
// that leads there is an opcode that traps (kTrappingOpcodes). Whoever jumps in between stops
// there, with nothing changed, and is led to the same instruction in the stub.
//
// A value, made of bytes alone; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/remote_address.h"

namespace mecrr {

/// First bytes that make any instruction trap, in 64-bit mode and without privileges, before it has
/// done anything: int3; hlt, in and out; and such as are reserved. None is or was planned to become
/// a prefix (d5 has), or is an instruction on some processors (82, d6).
/// Source: Intel SDM, volume 2, appendix A.2; AMD APM, volume 3, appendix A. Test:
/// ProbeWindow.EachOfTheOpcodesTraps
inline constexpr std::uint8_t kTrappingOpcodes[] = {
    0xcc, 0xf4, 0xea, 0x9a, 0xce, 0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27,
    0x2f, 0x37, 0x3f, 0x60, 0x61, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef};

class ProbeWindow {
 public:
  static constexpr std::size_t kJumpBytes = 5;
  static constexpr std::size_t kMostBytes = 4 + 15;  ///< no longer than it must be
  static constexpr std::size_t kMostInstructions = 5;

  enum class Kind : std::uint8_t {
    kCopied,        ///< as it is, but for a displacement that counts from rip
    kConditional,   ///< jcc
    kLoop,          ///< loop, jrcxz and their like
    kJump,          ///< to a fixed place
    kCall,          ///< likewise
    kIndirectCall,  ///< to where a register says, or a word at a fixed place
  };

  struct Instruction {
    std::uint8_t offset;  ///< from the window's first byte
    std::uint8_t length;
    Kind kind;
    std::uint8_t opcode;        ///< where in it that stands, behind prefixes
    std::uint8_t rip_relative;  ///< where in it the displacement of a memory operand stands that
                                ///< counts from its end; or 0
    std::int32_t displacement;  ///< of a direct jump or call
  };

  /// Of code that begins where a probe is to be, and reaches as far as can be read, or kMostBytes.
  /// Empty if an instruction among those that have to give way goes elsewhere before there are
  /// enough of them, or would not do the same at another place: those that ask for rip (syscall,
  /// x87), that trap, or that ask the processor.
  static std::optional<ProbeWindow> of(ByteView code);

  std::size_t size() const { return size_; }
  ByteView code() const { return ByteView(code_).first(size_); }
  std::span<const Instruction> instructions() const {
    return std::span(instructions_).first(count_);
  }

 private:
  ProbeWindow() = default;

  std::array<std::byte, kMostBytes> code_{};
  std::array<Instruction, kMostInstructions> instructions_{};
  std::uint8_t size_ = 0;
  std::uint8_t count_ = 0;
};

/// Whether a probe at the code's first byte can be a jump (ProbeKind::kJump), if there is room for
/// its stub.
bool is_probeable(ByteView code);

/// Where a stub of `bytes` may be, so that a jump at `at` leads there whose displacement has
/// trapping opcodes only: the best first, a few. `taken` is what is mapped, lowest first.
std::vector<RemoteAddress> probe_stub_places(RemoteAddress at, std::span<const RemoteRange> taken,
                                             std::uint64_t bytes);

}  // namespace mecrr
