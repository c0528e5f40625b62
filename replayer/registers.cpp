#include "replayer/registers.h"

#include <cpuid.h>

#include <algorithm>
#include <array>

namespace mecrr {
namespace {

constexpr std::uint64_t kCodeSegment = 0x33, kStackSegment = 0x2b;  // __USER_CS, __USER_DS

// The XSAVE area. Source: Intel SDM volume 1, 13.4.
constexpr std::uint64_t kLegacyBytes = 512;
constexpr std::uint64_t kHeaderBytes = 64;
constexpr std::uint64_t kSoftwareOffset = 464, kSoftwareBytes = 48;  // the kernel's own
constexpr std::uint64_t kInUseOffset = 512;                          // XSTATE_BV
constexpr std::uint64_t kLegacyComponents = 0b11;                    // x87 and SSE
constexpr std::uint32_t kProtectionKeys = 9;

struct Extent {
  std::uint32_t offset = 0, size = 0;
};

/// Of a component in this processor's standard format; size 0 if it has none.
Extent extent_here(std::uint32_t component) {
  constexpr unsigned kLeaf = 0xd, kSupervisor = 1;
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid_count(kLeaf, component, &eax, &ebx, &ecx, &edx) == 0) return {};
  if ((ecx & kSupervisor) != 0) return {};
  return {ebx, eax};
}

}  // namespace

Registers from_trace(const pb::Registers& r) {
  return {
      .r15 = r.r15(),
      .r14 = r.r14(),
      .r13 = r.r13(),
      .r12 = r.r12(),
      .rbp = r.rbp(),
      .rbx = r.rbx(),
      .r11 = r.r11(),
      .r10 = r.r10(),
      .r9 = r.r9(),
      .r8 = r.r8(),
      .rax = r.rax(),
      .rcx = r.rcx(),
      .rdx = r.rdx(),
      .rsi = r.rsi(),
      .rdi = r.rdi(),
      .orig_rax = r.orig_rax(),
      .rip = r.rip(),
      .cs = kCodeSegment,
      .eflags = r.eflags(),
      .rsp = r.rsp(),
      .ss = kStackSegment,
      .fs_base = r.fs_base(),
      .gs_base = r.gs_base(),
      .ds = r.ds(),
      .es = r.es(),
      .fs = r.fs(),
      .gs = r.gs(),
  };
}

bool set_register(Registers& r, std::uint32_t number, std::uint64_t value) {
  const std::array by_encoding = {&r.rax, &r.rcx, &r.rdx, &r.rbx, &r.rsp,   &r.rbp,
                                  &r.rsi, &r.rdi, &r.r8,  &r.r9,  &r.r10,   &r.r11,
                                  &r.r12, &r.r13, &r.r14, &r.r15, &r.eflags};
  if (number >= by_encoding.size()) return false;
  *by_encoding[number] = value;
  return true;
}

VectorLayout::VectorLayout(const pb::Machine& recorded) {
  constexpr std::uint32_t kComponents = 63;
  for (const pb::VectorComponent& component : recorded.vector()) {
    if (component.number() < 2 || component.number() >= kComponents) continue;
    const Extent here = extent_here(component.number());
    auto& list = here.size == component.size() ? common_ : absent_;
    list.push_back({component.number(), component.offset(), here.offset, component.size()});
  }
}

namespace {

/// What is left of `size` bytes at `offset` in a state whose trailing zeros are cut.
ByteView uncut(ByteView state, std::uint64_t offset, std::uint64_t size) {
  if (offset >= state.size()) return {};
  return state.subspan(offset, std::min<std::uint64_t>(size, state.size() - offset));
}

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

Result<VectorState> VectorLayout::translate(const pb::Vector& vector,
                                            const VectorState& present) const {
  const ByteView from = as_bytes(vector.xsave());
  VectorState state{Bytes(present.xsave.size())};
  if (state.xsave.size() < kLegacyBytes + kHeaderBytes) return fail("this processor has no XSAVE");

  std::ranges::copy(uncut(from, 0, kLegacyBytes), state.xsave.begin());
  std::ranges::copy(ByteView(present.xsave).subspan(kSoftwareOffset, kSoftwareBytes),
                    state.xsave.begin() + kSoftwareOffset);
  std::uint64_t in_use = 0;
  std::ranges::copy(uncut(from, kInUseOffset, sizeof in_use), object_bytes(in_use).begin());
  std::uint64_t known = kLegacyComponents;
  for (const Component& component : common_) {
    if (!slice(state.xsave, component.to, component.size))
      return fail("vector component {} is not where this processor has it", component.number);
    std::ranges::copy(uncut(from, component.from, component.size),
                      state.xsave.begin() + component.to);
    known |= std::uint64_t{1} << component.number;
  }
  // Zero is what an absent component's registers are when it is not in use; keys protect nothing
  // where nobody can allocate one.
  for (const Component& component : absent_) {
    if (component.number == kProtectionKeys || is_zero(uncut(from, component.from, component.size)))
      in_use &= ~(std::uint64_t{1} << component.number);
  }
  if ((in_use & ~known) != 0) {
    return fail("the program uses vector registers that this processor lacks (XSAVE component {})",
                __builtin_ctzll(in_use & ~known));
  }
  std::ranges::copy(object_bytes(in_use), state.xsave.begin() + kInUseOffset);
  return state;
}

}  // namespace mecrr
