#include "device/ptrace/requests.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <cerrno>

#include "base/bytes.h"

namespace mecrr::ptrace {
namespace {

static_assert(sizeof(Registers) == sizeof(user_regs_struct));
static_assert(offsetof(Registers, orig_rax) == offsetof(user_regs_struct, orig_rax));
static_assert(offsetof(Registers, rip) == offsetof(user_regs_struct, rip));
static_assert(offsetof(Registers, gs) == offsetof(user_regs_struct, gs));

/// Room for any XSAVE area of today: AMX brings it to about 11 KiB.
constexpr std::size_t kMaxXsaveBytes = 16 * 1024;

Result<void> request(__ptrace_request what, const char* name, Tid tid, void* address, void* data) {
  if (::ptrace(what, tid.value(), address, data) < 0)
    return fail_errno("ptrace {} of {}", name, tid);
  return {};
}

void* as_pointer(std::uint64_t value) { return std::bit_cast<void*>(value); }

}  // namespace

Result<void> seize(Tid tid, std::uint64_t options) {
  return request(PTRACE_SEIZE, "SEIZE", tid, nullptr, as_pointer(options));
}

Result<void> interrupt(Tid tid) {
  return request(PTRACE_INTERRUPT, "INTERRUPT", tid, nullptr, nullptr);
}

Result<bool> has_stopped(Tid tid) {
  siginfo_t info{};
  const int options = WSTOPPED | WEXITED | WNOHANG | WNOWAIT | __WALL;
  if (::waitid(P_PID, static_cast<id_t>(tid.value()), &info, options) < 0) {
    if (errno == ECHILD) return true;
    return fail_errno("looking at task {}", tid);
  }
  return info.si_pid != 0;
}

Result<void> resume(Tid tid, Resume how, int signal) {
  void* data = as_pointer(static_cast<std::uint64_t>(signal));
  switch (how) {
    case Resume::kContinue:
      return request(PTRACE_CONT, "CONT", tid, nullptr, data);
    case Resume::kToReturn:
      return request(PTRACE_SYSCALL, "SYSCALL", tid, nullptr, data);
    case Resume::kEmulate:
      return request(PTRACE_SYSEMU, "SYSEMU", tid, nullptr, data);
    case Resume::kSingleStep:
      return request(PTRACE_SINGLESTEP, "SINGLESTEP", tid, nullptr, data);
    case Resume::kEmulatingSingleStep:
      return request(PTRACE_SYSEMU_SINGLESTEP, "SYSEMU_SINGLESTEP", tid, nullptr, data);
    case Resume::kListen:
      return request(PTRACE_LISTEN, "LISTEN", tid, nullptr, nullptr);
  }
  return fail("no such way to resume");
}

Result<Registers> registers(Tid tid) {
  Registers registers{};
  TRY(request(PTRACE_GETREGS, "GETREGS", tid, nullptr, &registers));
  return registers;
}

Result<void> set_registers(Tid tid, const Registers& registers) {
  Registers copy = registers;
  return request(PTRACE_SETREGS, "SETREGS", tid, nullptr, &copy);
}

Result<VectorState> vector_state(Tid tid) {
  VectorState state{Bytes(kMaxXsaveBytes)};
  iovec room{state.xsave.data(), state.xsave.size()};
  TRY(request(PTRACE_GETREGSET, "GETREGSET", tid, as_pointer(NT_X86_XSTATE), &room));
  state.xsave.resize(room.iov_len);
  return state;
}

Result<void> set_vector_state(Tid tid, const VectorState& state) {
  Bytes copy = state.xsave;
  iovec data{copy.data(), copy.size()};
  return request(PTRACE_SETREGSET, "SETREGSET", tid, as_pointer(NT_X86_XSTATE), &data);
}

Result<siginfo_t> signal_info(Tid tid) {
  siginfo_t info{};
  TRY(request(PTRACE_GETSIGINFO, "GETSIGINFO", tid, nullptr, &info));
  return info;
}

Result<void> set_signal_info(Tid tid, const siginfo_t& info) {
  siginfo_t copy = info;
  return request(PTRACE_SETSIGINFO, "SETSIGINFO", tid, nullptr, &copy);
}

Result<std::uint64_t> event_message(Tid tid) {
  unsigned long message = 0;
  TRY(request(PTRACE_GETEVENTMSG, "GETEVENTMSG", tid, nullptr, &message));
  return std::uint64_t{message};
}

Result<std::uint64_t> signal_mask(Tid tid) {
  std::uint64_t mask = 0;
  TRY(request(static_cast<__ptrace_request>(PTRACE_GETSIGMASK), "GETSIGMASK", tid,
              as_pointer(sizeof mask), &mask));
  return mask;
}

Result<void> set_signal_mask(Tid tid, std::uint64_t mask) {
  return request(static_cast<__ptrace_request>(PTRACE_SETSIGMASK), "SETSIGMASK", tid,
                 as_pointer(sizeof mask), &mask);
}

}  // namespace mecrr::ptrace
