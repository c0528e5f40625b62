#include "device/registers.h"

#include <cpuid.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/hash.h"

namespace mecrr {

std::uint64_t identity_hash(const Registers& r) {
  const bool at_call = r.orig_rax != kNoCall;
  const auto outside_calls = [at_call](std::uint64_t value) { return at_call ? 0 : value; };
  const std::array<std::uint64_t, 20> identity = {r.r15,
                                                  r.r14,
                                                  r.r13,
                                                  r.r12,
                                                  r.rbp,
                                                  r.rbx,
                                                  r.r10,
                                                  r.r9,
                                                  r.r8,
                                                  r.rdx,
                                                  r.rsi,
                                                  r.rdi,
                                                  r.rip,
                                                  r.rsp,
                                                  r.fs_base,
                                                  r.gs_base,
                                                  r.eflags & kProgramFlags,
                                                  outside_calls(r.rax),
                                                  outside_calls(r.rcx),
                                                  outside_calls(r.r11)};
  return hash64(bytes_at(identity.data(), sizeof identity));
}

namespace {

/// Where a part of the vector state lies in an XSAVE area; size 0 if there is none.
struct Part {
  std::uint32_t number;  // for the hash: components by XSAVE's number from 2 on
  std::uint32_t offset, size;
};

/// AVX, and the three of AVX-512.
constexpr std::uint32_t kComponents[] = {2, 5, 6, 7};

/// CPUID leaf 0xD; Intel SDM 1, 13.4.1: the legacy region.
std::vector<Part> parts_here() {
  std::vector<Part> parts = {
      {.number = 100, .offset = 0, .size = 6},     // fcw, fsw, ftw
      {.number = 101, .offset = 24, .size = 4},    // mxcsr
      {.number = 102, .offset = 32, .size = 128},  // st0 to st7
      {.number = 103, .offset = 160, .size = 256}  // xmm0 to xmm15
  };
  constexpr unsigned kLeaf = 0xd;
  for (const std::uint32_t number : kComponents) {
    unsigned size = 0, offset = 0, ecx = 0, edx = 0;
    if (__get_cpuid_count(kLeaf, number, &size, &offset, &ecx, &edx) == 0) break;
    parts.push_back({number, offset, size});
  }
  return parts;
}

}  // namespace

std::uint64_t vector_hash(const VectorState& state) {
  static const std::vector<Part> parts = parts_here();
  Bytes hashed;
  for (const Part& part : parts) {
    const auto bytes = slice(state.xsave, part.offset, part.size);
    if (!bytes) continue;
    constexpr std::size_t kUnit = 8;  // whole registers would not do: sizes differ
    for (std::size_t at = 0; at < bytes->size(); at += kUnit) {
      const ByteView unit = bytes->subspan(at, std::min(kUnit, bytes->size() - at));
      if (std::ranges::all_of(unit, [](std::byte b) { return b == std::byte{0}; })) continue;
      const std::uint64_t place = std::uint64_t{part.number} << 32 | at;
      hashed.insert(hashed.end(), object_bytes(place).begin(), object_bytes(place).end());
      hashed.insert(hashed.end(), unit.begin(), unit.end());
    }
  }
  return hash64(hashed);
}

}  // namespace mecrr
