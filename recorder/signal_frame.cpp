#include "recorder/signal_frame.h"

#include <csignal>
#include <cstddef>

namespace mecrr {
namespace {

/// struct rt_sigframe, with the parts of struct ucontext that matter here. The kernel's headers for
/// it cannot be included beside the C library's.
struct Frame {
  std::uint64_t return_address;
  std::byte flags_link_and_stack[40];
  std::byte general_registers[184];
  std::uint64_t vector_state;  // struct sigcontext: fpstate
  std::byte reserved[64];
  std::uint64_t mask;
  siginfo_t info;
};
static_assert(offsetof(Frame, vector_state) == 232 && offsetof(Frame, info) == 312);

/// struct _fpx_sw_bytes, in the bytes of an FXSAVE area that are left to software.
struct VectorNote {
  std::uint32_t magic;
  std::uint32_t bytes;  // of the whole state, and a closing magic number
};

constexpr std::uint32_t kMagic = 0x46505853;  // FP_XSTATE_MAGIC1
constexpr std::uint64_t kNoteOffset = 464;
constexpr std::uint64_t kFxsaveBytes = 512;
constexpr std::uint64_t kMaxVectorBytes = 64 * 1024;

/// Without XSAVE the 512 bytes of FXSAVE, else what the kernel notes.
Result<std::uint64_t> vector_bytes(const Memory& memory, RemoteAddress state) {
  const auto note = TRY(read_object<VectorNote>(memory, state + kNoteOffset));
  if (note.magic != kMagic) return kFxsaveBytes;
  if (note.bytes > kMaxVectorBytes) {
    return fail("signal frame with a vector state of {} bytes at {}", note.bytes, state);
  }
  return std::uint64_t{note.bytes};
}

}  // namespace

Result<RemoteRange> signal_frame(const Memory& memory, const Registers& at_handler) {
  const RemoteAddress start(at_handler.rsp);
  const auto frame = TRY(read_object<Frame>(memory, start));
  const RemoteAddress state(frame.vector_state);
  if (state.is_null()) return RemoteRange{start, sizeof(Frame)};
  if (state < start + offsetof(Frame, info)) {
    return fail("signal frame at {} has its vector state at {}", start, state);
  }
  return RemoteRange{start, state + TRY(vector_bytes(memory, state)) - start};
}

}  // namespace mecrr
