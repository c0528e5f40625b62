// The instructions that give way to a jump, before a `syscall` or cpuid, or an rdtsc with those
// behind it; and what they become in the stub (the drawing of all of it is in state.h).
//
//     before                                 after
//     site:  mov 8(%rsp),%rdx       5        jmp stub; int3 …
//            mov $1,%eax            5
//     call:  syscall                         syscall
//     back:  …                               …
//
// A window says nothing of addresses: it is made once for a file's content, by patch_planner.h, and
// is good in each process that maps the file. A value; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/remote_address.h"
#include "device/agent/state.h"
#include "device/patch.h"
#include "device/patching/patch_refusal.h"

namespace mecrr {

/// Instructions that can be made to lead to the agent.
enum class LedInstruction : std::uint8_t { kSyscall, kCpuid, kCounter };  ///< rdtsc, rdtscp
inline constexpr std::size_t kLedBytes = 2;  ///< of each of them; but rdtscp has 3

/// The one whose bytes stand at `at`, or none.
std::optional<LedInstruction> led_instruction(ByteView code, std::uint64_t at);
/// The one that a stub of emit() was made for, unless its place had an entry_slot.
std::optional<LedInstruction> led_by_stub(ByteView stub_code);

class PatchWindow {
 public:
  static constexpr std::size_t kJumpBytes = 5;         ///< e9, 4 bytes of displacement
  static constexpr std::size_t kMostBytes = 4 + 15;    ///< no longer than it must be
  static constexpr std::size_t kMostInstructions = 5;  ///< of at least a byte
  static constexpr std::size_t kMostStubBytes = kMostBytes + 4 * kMostInstructions + 35;

  struct Instruction {
    std::uint8_t offset;  ///< from the window's first byte
    std::uint8_t length;  ///< there
    std::uint8_t
        rip_relative;        ///< where in it a displacement stands that counts from its end; or 0
    std::uint8_t condition;  ///< the low 4 bits of a conditional jump's opcode; or kNoJump

    static constexpr std::uint8_t kNoJump = 0xff;
    bool is_jump() const { return condition != kNoJump; }
    std::size_t bytes_in_stub() const { return is_jump() ? 6U : length; }

    friend bool operator==(const Instruction&, const Instruction&) = default;
  };

  /// Of `code` that ends where the `syscall` or cpuid begins, or begins with the rdtsc, and has
  /// been found to be a window: by a plan, or by whoever patched it. Empty if it cannot be one,
  /// whatever stands around it.
  static std::optional<PatchWindow> of(ByteView code,
                                       LedInstruction led = LedInstruction::kSyscall);

  LedInstruction led() const { return led_; }
  /// Whether the led instruction is the window's first, and not the one behind it.
  bool is_led_first() const { return led_ == LedInstruction::kCounter; }
  /// Where the led instruction is in a window at `site`, and the other way round.
  RemoteAddress led_at(RemoteAddress site) const { return is_led_first() ? site : site + size_; }
  std::uint64_t start(std::uint64_t led_at) const {
    return is_led_first() ? led_at : led_at - size_;
  }

  std::size_t size() const { return size_; }
  ByteView code() const { return ByteView(code_).first(size_); }
  std::span<const Instruction> instructions() const {
    return std::span(instructions_).first(count_);
  }

  /// Of the stub that emit() makes: at most kMostStubBytes.
  std::size_t stub_bytes() const;

  /// What the window loads into eax last, directly before a `syscall`, if it does: the number of
  /// the only call that the site makes unless it is jumped to.
  std::optional<std::uint32_t> number() const;

  friend bool operator==(const PatchWindow&, const PatchWindow&) = default;

 private:
  PatchWindow() = default;

  std::array<std::byte, kMostBytes> code_{};
  std::array<Instruction, kMostInstructions> instructions_{};
  std::uint8_t size_ = 0;
  std::uint8_t count_ = 0;
  LedInstruction led_ = LedInstruction::kSyscall;
};

/// Where things are in an address space.
struct PatchPlace {
  RemoteAddress site;            ///< of the window's first byte
  RemoteAddress stub;            ///< has room for stub_bytes()
  std::uint32_t entry_slot = 0;  ///< memory that holds where the stub jumps to; 0: the agent's own
};

/// The bytes to be written. kOutOfReach if the stub is 2 GiB or more from the site, or from what
/// the window's instructions refer to.
std::expected<Patch, PatchRefusal> emit(const PatchWindow& window, const PatchPlace& place);

/// Where in the program a task is whose instruction pointer is `rip`, inside of the stub: at the
/// instruction of the window, or at its `syscall` or cpuid, that it has not executed yet; or behind
/// a window that begins with rdtsc. Empty if
/// `rip` is not at an instruction of the stub. Registers and memory are as they would be there
/// without a patch; only rcx may differ at the `syscall`, and rdx at the cpuid, which are about to
/// overwrite them.
std::optional<RemoteAddress> program_address(const PatchWindow& window, const PatchPlace& place,
                                             RemoteAddress rip);

/// The other way round, for a window that begins with rdtsc: where in the stub a task goes on that
/// is at this instruction of it, and not the first.
std::optional<RemoteAddress> stub_address(const PatchWindow& window, const PatchPlace& place,
                                          RemoteAddress instruction);

}  // namespace mecrr
