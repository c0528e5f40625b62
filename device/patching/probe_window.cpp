#include "device/patching/probe_window.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "device/code/machine_code.h"

namespace mecrr {
namespace {

using Kind = ProbeWindow::Kind;

std::uint8_t octet(ByteView bytes, std::size_t at) {
  return at < bytes.size() ? std::to_integer<std::uint8_t>(bytes[at]) : std::uint8_t{0};
}

bool is_prefix(std::uint8_t value) {
  constexpr std::uint8_t kLegacy[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
                                      0x66, 0x67, 0xf0, 0xf2, 0xf3};
  return value >> 4 == 4 || std::ranges::find(kLegacy, value) != std::end(kLegacy);
}

/// Behind 0f. The first three lines know rip; the others trap, or tell of the processor.
bool stays_at_its_place_0f(std::uint8_t opcode) {
  switch (opcode) {
    case 0x05:  // syscall
    case 0x07:  // sysret
    case 0x34:  // sysenter
    case 0x35:  // sysexit
    case 0x01:  // xgetbv, rdtscp, xtest, …
    case 0x0b:  // ud2
    case 0x31:  // rdtsc
    case 0x33:  // rdpmc
    case 0xa2:  // cpuid
    case 0xb9:  // ud1
    case 0xff:  // ud0
      return true;
    default:
      return false;
  }
}

/// Whether an instruction without a direct jump does something else in a stub.
bool stays_at_its_place(std::uint8_t opcode, std::uint8_t next) {
  const unsigned field = next >> 3 & 7;
  switch (opcode) {
    case 0x0f:
      return stays_at_its_place_0f(next);
    case 0x9b:  // x87: keeps the address of its last instruction
    case 0xd8:
    case 0xd9:
    case 0xda:
    case 0xdb:
    case 0xdc:
    case 0xdd:
    case 0xde:
    case 0xdf:
    case 0x9d:  // popf: may begin to single-step
    case 0xca:  // returns to other segments
    case 0xcb:
    case 0xcf:
    case 0xcc:  // int3, int, …
    case 0xcd:
    case 0xf1:
    case 0xf4:
      return true;
    case 0xc6:  // xabort
    case 0xc7:  // xbegin
      return next == 0xf8;
    case 0xff:  // far calls and jumps
      return field == 3 || field == 5;
    default:
      return false;
  }
}

/// rsp, which the call itself moves, is left out.
bool is_movable_call(std::uint8_t modrm, bool rip_relative, bool extended) {
  const bool is_register = modrm >> 6 == 3;
  const bool is_rsp = is_register && (modrm & 7) == 4 && !extended;
  return rip_relative || (is_register && !is_rsp);
}

/// Empty if it cannot be moved.
std::optional<ProbeWindow::Instruction> movable(ByteView code, const InstructionShape& shape) {
  ProbeWindow::Instruction one{.offset = 0,
                               .length = shape.length,
                               .kind = Kind::kCopied,
                               .opcode = 0,
                               .rip_relative = shape.rip_relative,
                               .displacement = shape.displacement};
  bool has_address_size = false;
  while (is_prefix(octet(code, one.opcode))) {
    has_address_size |= octet(code, one.opcode) == 0x67;
    ++one.opcode;
  }
  const std::uint8_t opcode = octet(code, one.opcode);
  const std::uint8_t next = octet(code, one.opcode + 1U);
  if (stays_at_its_place(opcode, next)) return std::nullopt;
  if (has_address_size && shape.rip_relative != 0) return std::nullopt;
  const bool is_call = opcode == 0xff && (next >> 3 & 7) == 2;
  if (is_call) {
    const bool extended = one.opcode > 0 && (octet(code, one.opcode - 1U) & 0xf1) == 0x41;
    if (!is_movable_call(next, shape.rip_relative != 0, extended)) return std::nullopt;
    one.kind = Kind::kIndirectCall;
    return one;
  }
  if (shape.is_call) {
    one.kind = Kind::kCall;
  } else if (shape.flow == Flow::kTarget) {
    one.kind = Kind::kJump;
  } else if (shape.flow == Flow::kNextOrTarget) {
    one.kind = opcode >> 4 == 0xe ? Kind::kLoop : Kind::kConditional;
  } else {
    return one;
  }
  // With prefixes, a direct jump means something else on some processor.
  return one.opcode == 0 ? std::optional(one) : std::nullopt;
}

bool goes_on(const ProbeWindow::Instruction& instruction, Flow flow) {
  const bool calls = instruction.kind == Kind::kCall || instruction.kind == Kind::kIndirectCall;
  return !calls && (flow == Flow::kNext || flow == Flow::kNextOrTarget);
}

}  // namespace

std::optional<ProbeWindow> ProbeWindow::of(ByteView code) {
  ProbeWindow window;
  while (window.size_ < kJumpBytes) {
    const ByteView left = code.subspan(window.size_);
    const auto shape = shape_of(left);
    if (!shape) return std::nullopt;
    auto one = movable(left.first(shape->length), *shape);
    if (!one) return std::nullopt;
    one->offset = window.size_;
    window.instructions_[window.count_++] = *one;
    window.size_ = static_cast<std::uint8_t>(window.size_ + shape->length);
    if (window.size_ < kJumpBytes && !goes_on(*one, shape->flow)) return std::nullopt;
  }
  std::ranges::copy(code.first(window.size_), window.code_.begin());
  return window;
}

bool is_probeable(ByteView code) { return ProbeWindow::of(code).has_value(); }

namespace {

constexpr std::uint64_t kLowest = 0x20'0000;
constexpr std::uint64_t kEndOfAddresses = 0x7fff'ffff'f000;
constexpr std::uint64_t kBlock = 0x10000;
constexpr std::size_t kMostPlaces = 16;  ///< of each sort
/// A mapping above may be a stack, which grows.
constexpr std::uint64_t kRoomToGrow = std::uint64_t{64} << 20;

/// The low half of the displacement: of all that trap, the one that aligns the stub best.
std::uint64_t low_half(RemoteAddress behind_jump) {
  constexpr std::uint64_t kLine = 64;
  std::uint64_t best = 0;
  std::uint64_t least = kLine;
  for (const std::uint64_t high : kTrappingOpcodes) {
    for (const std::uint64_t low : kTrappingOpcodes) {
      const std::uint64_t half = high << 8 | low;
      const std::uint64_t misaligned = (behind_jump + half).value() % kLine;
      if (misaligned < least) std::tie(best, least) = std::pair(half, misaligned);
    }
  }
  return best;
}

/// How much is free from `start` on; 0 if that is taken.
std::uint64_t room_at(RemoteAddress start, std::span<const RemoteRange> taken) {
  if (start.value() < kLowest || start.value() >= kEndOfAddresses) return 0;
  const auto above = std::ranges::upper_bound(taken, start, {}, &RemoteRange::end);
  const std::uint64_t end = above == taken.end() ? kEndOfAddresses : above->start.value();
  return end > start.value() ? end - start.value() : 0;
}

}  // namespace

std::vector<RemoteAddress> probe_stub_places(RemoteAddress at, std::span<const RemoteRange> taken,
                                             std::uint64_t bytes) {
  const RemoteAddress behind_jump = at + ProbeWindow::kJumpBytes;
  const std::uint64_t low = low_half(behind_jump);
  std::vector<RemoteAddress> good;
  std::vector<RemoteAddress> poor;
  for (const std::uint32_t highest : kTrappingOpcodes) {
    for (const std::uint32_t high : kTrappingOpcodes) {
      const auto upper = static_cast<std::int32_t>(highest << 24 | high << 16);
      const RemoteAddress block = behind_jump + static_cast<std::uint64_t>(std::int64_t{upper});
      const std::uint64_t room = room_at(block.rounded_down(kBlock), taken);
      const std::uint64_t needed = 2 * kBlock + bytes;
      if (room < needed) continue;
      const RemoteAddress stub = block + low;
      (room < needed + kRoomToGrow ? poor : good).push_back(stub);
      if (good.size() == kMostPlaces) return good;
    }
  }
  if (poor.size() > kMostPlaces) poor.resize(kMostPlaces);
  good.insert(good.end(), poor.begin(), poor.end());
  return good;
}

}  // namespace mecrr
