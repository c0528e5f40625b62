#include "device/patching/patch_window.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "device/code/machine_code.h"

namespace mecrr {
namespace {

constexpr std::size_t kDisplacementBytes = 4;
constexpr std::size_t kLeaBytes = 7;
constexpr std::size_t kJumpToSlotBytes = 7;
constexpr std::size_t kKeepingBytes = 8;

// Of a stub for rdtsc.
constexpr std::size_t kCounterSlotAt = kKeepingBytes + kLeaBytes + 3;
constexpr std::size_t kRawAt = kKeepingBytes + kLeaBytes + kJumpToSlotBytes + sizeof(std::uint64_t);

/// What differs from one led instruction to the other.
struct Leading {
  std::uint16_t code;       ///< its bytes
  std::uint8_t lea_modrm;   ///< of `lea back(%rip)`: the register that the instruction overwrites
  std::uint8_t kept_modrm;  ///< of `mov register, kept`
  std::uint64_t kept;       ///< where the stub stores it before; 0: its value is of no use
  std::uint64_t slot;

  std::size_t keeping_bytes() const { return kept == 0 ? 0 : kKeepingBytes; }
  /// Of a stub, beside the window's own instructions.
  std::size_t own_bytes() const { return keeping_bytes() + kLeaBytes + kJumpToSlotBytes; }
};

/// `mov %rdx, kept`: the first four bytes.
constexpr std::uint32_t kKeepRdx = 0x25148948;

/// By LedInstruction.
constexpr Leading kLeading[] = {
    {.code = 0x050f, .lea_modrm = 0x0d, .kept_modrm = 0, .kept = 0, .slot = agent::kCode},
    {.code = 0xa20f,
     .lea_modrm = 0x15,
     .kept_modrm = 0x14,
     .kept = agent::kCpuidRdx,
     .slot = agent::kCpuidSlot},
    {.code = 0x310f,
     .lea_modrm = 0x15,
     .kept_modrm = 0x14,
     .kept = agent::kCpuidRdx,
     .slot = agent::kCounterSlot},
};

const Leading& leading(LedInstruction led) { return kLeading[static_cast<std::size_t>(led)]; }

std::uint8_t octet(ByteView bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}

/// jcc has two forms: 70..7f with one byte of displacement, 0f 80..8f with four.
std::uint8_t condition_of(ByteView instruction) {
  const std::uint8_t first = octet(instruction, 0);
  if (instruction.size() == 2 && first >> 4 == 7) return first & 15;
  if (instruction.size() == 6 && first == 0x0f && octet(instruction, 1) >> 4 == 8)
    return octet(instruction, 1) & 15;
  return PatchWindow::Instruction::kNoJump;
}

/// What `at` bytes behind `from` is `to` bytes behind it, as a displacement.
std::optional<std::int32_t> displacement(RemoteAddress from, RemoteAddress to) {
  const auto distance = static_cast<std::int64_t>(to - from);
  using Limits = std::numeric_limits<std::int32_t>;
  if (distance < Limits::min() || distance > Limits::max()) return std::nullopt;
  return static_cast<std::int32_t>(distance);
}

void append_octets(Bytes& to, std::initializer_list<std::uint8_t> octets) {
  for (const std::uint8_t one : octets) to.push_back(static_cast<std::byte>(one));
}

/// Appends one instruction of the window to the stub; false if it would refer to what is too far.
bool append_moved(Bytes& stub, const PatchWindow& window, const PatchWindow::Instruction& moved,
                  const PatchPlace& place) {
  const ByteView code = window.code().subspan(moved.offset, moved.length);
  const RemoteAddress behind = place.site + moved.offset + moved.length;
  const RemoteAddress behind_in_stub = place.stub + stub.size() + moved.bytes_in_stub();
  if (!moved.is_jump() && moved.rip_relative == 0) {
    append(stub, code);
    return true;
  }
  const std::int64_t counts =
      moved.length == 2 ? *load<std::int8_t>(code, 1)
                        : *load<std::int32_t>(code, moved.is_jump() ? 2 : moved.rip_relative);
  const auto moved_counts =
      displacement(behind_in_stub, behind + static_cast<std::uint64_t>(counts));
  if (!moved_counts) return false;
  if (moved.is_jump()) {
    append_octets(stub, {0x0f, static_cast<std::uint8_t>(0x80 | moved.condition)});
    append_object(stub, *moved_counts);
    return true;
  }
  append(stub, code.first(moved.rip_relative));
  append_object(stub, *moved_counts);
  append(stub, code.subspan(moved.rip_relative + kDisplacementBytes));
  return true;
}

/// Keeps rdx, if it must be; loads `address` where the agent expects it, and jumps to the agent.
bool append_way_to_agent(Bytes& stub, const PatchWindow& window, const PatchPlace& place,
                         RemoteAddress address) {
  const Leading& to_agent = leading(window.led());
  if (to_agent.kept != 0) {
    append_octets(stub, {0x48, 0x89, to_agent.kept_modrm, 0x25});  // mov %rdx, kept
    append_object(stub, static_cast<std::uint32_t>(to_agent.kept));
  }
  const auto to_address = displacement(place.stub + stub.size() + kLeaBytes, address);
  if (!to_address) return false;
  append_octets(stub, {0x48, 0x8d, to_agent.lea_modrm});  // lea address(%rip), %rcx or %rdx
  append_object(stub, *to_address);
  append_octets(stub, {0xff, 0x24, 0x25});  // jmp *slot
  append_object(
      stub, place.entry_slot != 0 ? place.entry_slot : static_cast<std::uint32_t>(to_agent.slot));
  return true;
}

}  // namespace

std::optional<LedInstruction> led_instruction(ByteView code, std::uint64_t at) {
  using enum LedInstruction;
  const auto there = load<std::uint16_t>(code, at);
  for (const auto led : {kSyscall, kCpuid, kCounter})
    if (there == leading(led).code) return led;
  constexpr std::uint16_t kRdtscp = 0x010f;
  constexpr std::uint8_t kRdtscpModrm = 0xf9;
  if (there == kRdtscp && load<std::uint8_t>(code, at + sizeof kRdtscp) == kRdtscpModrm)
    return kCounter;
  return std::nullopt;
}

std::optional<LedInstruction> led_by_stub(ByteView stub_code) {
  if (load<std::uint32_t>(stub_code) == kKeepRdx &&
      load<std::uint32_t>(stub_code, kCounterSlotAt) == agent::kCounterSlot)
    return LedInstruction::kCounter;
  if (stub_code.size() < sizeof(std::uint32_t)) return std::nullopt;
  const auto slot = load<std::uint32_t>(stub_code, stub_code.size() - sizeof(std::uint32_t));
  for (const auto led : {LedInstruction::kSyscall, LedInstruction::kCpuid})
    if (slot == leading(led).slot) return led;
  return std::nullopt;
}

std::optional<PatchWindow> PatchWindow::of(ByteView code, LedInstruction led) {
  if (code.size() < kJumpBytes || code.size() > kMostBytes) return std::nullopt;
  PatchWindow window;
  window.led_ = led;
  std::ranges::copy(code, window.code_.begin());
  window.size_ = static_cast<std::uint8_t>(code.size());
  for (std::size_t at = 0; at < code.size();) {
    const auto shape = shape_of(code.subspan(at));
    if (!shape || window.count_ == kMostInstructions) return std::nullopt;
    Instruction& one = window.instructions_[window.count_++];
    one = {.offset = static_cast<std::uint8_t>(at),
           .length = shape->length,
           .rip_relative = shape->rip_relative,
           .condition = condition_of(code.subspan(at, shape->length))};
    const bool plain = shape->flow == Flow::kNext && !shape->is_call;
    if (!plain && !(shape->flow == Flow::kNextOrTarget && one.is_jump())) return std::nullopt;
    at += shape->length;
  }
  // Without its last instruction, or its first, it must not have been enough.
  const Instruction& last = window.instructions_[window.count_ - 1];
  const Instruction& farthest = window.is_led_first() ? last : window.instructions_[0];
  if (code.size() - farthest.length >= kJumpBytes) return std::nullopt;
  if (window.is_led_first() && led_instruction(code, 0) != led) return std::nullopt;
  return window;
}

std::size_t PatchWindow::stub_bytes() const {
  std::size_t bytes = leading(led_).own_bytes();
  for (const Instruction& one : instructions()) bytes += one.bytes_in_stub();
  return is_led_first() ? bytes + sizeof(std::uint64_t) + kJumpBytes : bytes;
}

std::optional<std::uint32_t> PatchWindow::number() const {
  if (led_ != LedInstruction::kSyscall) return std::nullopt;
  const Instruction& last = instructions().back();
  const ByteView code = this->code().subspan(last.offset);
  if (code.size() == 5 && octet(code, 0) == 0xb8) return load<std::uint32_t>(code, 1);
  if (code.size() == 7 && octet(code, 0) == 0x48 && octet(code, 1) == 0xc7 &&
      octet(code, 2) == 0xc0)
    return load<std::uint32_t>(code, 3);
  return std::nullopt;
}

std::expected<Patch, PatchRefusal> emit(const PatchWindow& window, const PatchPlace& place) {
  MECRR_CHECK(place.entry_slot <= std::numeric_limits<std::int32_t>::max(), "slot at {:#x}",
              place.entry_slot);
  const auto out_of_reach = std::unexpected(PatchRefusal::kOutOfReach);
  Patch patch{.site = place.site, .code = {}, .stub = place.stub, .stub_code = {}};

  const auto to_stub = displacement(place.site + PatchWindow::kJumpBytes, place.stub);
  if (!to_stub) return out_of_reach;
  append_octets(patch.code, {0xe9});
  append_object(patch.code, *to_stub);
  patch.code.resize(window.size(), std::byte{0xcc});  // never executed

  Bytes& stub = patch.stub_code;
  const auto append_window = [&] {
    return std::ranges::all_of(window.instructions(), [&](const PatchWindow::Instruction& one) {
      return append_moved(stub, window, one, place);
    });
  };
  if (window.is_led_first()) {
    if (!append_way_to_agent(stub, window, place, place.stub + kRawAt)) return out_of_reach;
    append_object(stub, place.site.value());
    if (!append_window()) return out_of_reach;
    const auto to_next = displacement(place.stub + stub.size() + PatchWindow::kJumpBytes,
                                      place.site + window.size());
    if (!to_next) return out_of_reach;
    append_octets(stub, {0xe9});
    append_object(stub, *to_next);
    return patch;
  }
  const RemoteAddress back = place.site + window.size() + kLedBytes;
  if (!append_window() || !append_way_to_agent(stub, window, place, back)) return out_of_reach;
  return patch;
}

namespace {

std::optional<RemoteAddress> program_address_at_counter(const PatchWindow& window,
                                                        const PatchPlace& place,
                                                        RemoteAddress rip) {
  const bool is_before = rip == place.stub || rip == place.stub + kKeepingBytes ||
                         rip == place.stub + kKeepingBytes + kLeaBytes;
  if (is_before) return place.site;
  RemoteAddress at = place.stub + kRawAt;
  for (const PatchWindow::Instruction& one : window.instructions()) {
    if (rip == at) return place.site + one.offset;
    at += one.bytes_in_stub();
  }
  if (rip == at) return place.site + window.size();
  return std::nullopt;
}

}  // namespace

std::optional<RemoteAddress> program_address(const PatchWindow& window, const PatchPlace& place,
                                             RemoteAddress rip) {
  if (window.is_led_first()) return program_address_at_counter(window, place, rip);
  RemoteAddress at = place.stub;
  for (const PatchWindow::Instruction& one : window.instructions()) {
    if (rip == at) return place.site + one.offset;
    at += one.bytes_in_stub();
  }
  const std::size_t keeping = leading(window.led()).keeping_bytes();
  if (rip == at || rip == at + keeping || rip == at + keeping + kLeaBytes)
    return place.site + window.size();
  return std::nullopt;
}

std::optional<RemoteAddress> stub_address(const PatchWindow& window, const PatchPlace& place,
                                          RemoteAddress instruction) {
  if (!window.is_led_first()) return std::nullopt;
  RemoteAddress at = place.stub + kRawAt;
  for (const PatchWindow::Instruction& one : window.instructions()) {
    if (one.offset != 0 && instruction == place.site + one.offset) return at;
    at += one.bytes_in_stub();
  }
  return std::nullopt;
}

}  // namespace mecrr
