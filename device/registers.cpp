#include "device/registers.h"

#include <array>

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

}  // namespace mecrr
