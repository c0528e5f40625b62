// Calls that a tracee makes on our behalf, at the mecrr page: `syscall; int3`.
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>

#include "device/ptrace/held_signals.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"

namespace mecrr {
namespace {

bool is_page_trap(int status) { return WIFSTOPPED(status) && status >> 8 == SIGTRAP; }

bool is_killed(int status) { return WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_EXIT; }

/// A signal, and not one that code raises.
bool is_from_outside(int status) {
  const int signal = WSTOPSIG(status);
  return status >> 16 == 0 && signal != SIGSEGV && signal != SIGBUS && signal != SIGILL &&
         signal != SIGFPE;
}

}  // namespace

Result<std::int64_t> PtraceDevice::perform(Tid tid, const SystemCall& call) {
  Tracee& tracee = *TRY(find(tid));
  TRY(make_way(tid, tracee, call));
  const Registers before = TRY(ptrace::registers(tid));
  const Phase phase = tracee.phase;
  const SystemCall former_call = std::exchange(tracee.call, call);
  // To tasks whose calls are answered no signal means anything: it is suppressed when it comes.
  const bool answers = tracee.mode == Mode::kAnswering;
  std::optional<ptrace::HeldSignals> held;
  if (answers) {
    tracee.registers.reset();
    processor_->take_along(tid, tracee.processor);
  } else {
    held.emplace(TRY(ptrace::HeldSignals::hold(tid)));
  }

  Registers at_page = before;
  const auto& a = call.arguments;
  at_page.rip = kMecrrPage;
  at_page.orig_rax = kNoCall;
  at_page.rax = call.number;
  at_page.rdi = a[0], at_page.rsi = a[1], at_page.rdx = a[2];
  at_page.r10 = a[3], at_page.r8 = a[4], at_page.r9 = a[5];
  TRY(ptrace::set_registers(tid, at_page));
  if (!answers) core_.resuming(tid, ptrace::SharedCore::Runs::kCall);
  TRY(ptrace::resume(tid, ptrace::Resume::kContinue, 0));

  while (true) {
    const int status = TRY(wait_status(tid));
    if (is_page_trap(status)) break;
    if (!WIFSTOPPED(status) || is_killed(status)) {
      if (auto last = TRY(translate(tid, status))) ready_.push_back(std::move(*last));
      return fail_with_code(ESRCH, "task {} died in a call of ours", tid);
    }
    const int event = status >> 16;
    if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
      (void)TRY(created(tid, tracee, event));  // its Born report follows
    } else if (event != PTRACE_EVENT_STOP && !(answers && is_from_outside(status))) {
      return fail("task {} stopped with status {:#x} in a call of ours", tid, status);
    }
    TRY(ptrace::resume(tid, ptrace::Resume::kContinue, 0));
  }

  const Registers after = TRY(ptrace::registers(tid));
  TRY(ptrace::set_registers(tid, before));
  if (held) TRY(std::move(*held).release());
  tracee.phase = phase;
  tracee.call = former_call;
  return static_cast<std::int64_t>(after.rax);
}

// The first call of all, which makes the page: at the task's own next instruction, which is put
// back afterwards.
Result<void> PtraceDevice::install_page(Tid tid, std::uint64_t bytes) {
  const Registers before = TRY(ptrace::registers(tid));
  ptrace::HeldSignals held = TRY(ptrace::HeldSignals::hold(tid));
  std::array<std::byte, 2> original;
  TRY(read(tid, RemoteAddress(before.rip), original));
  TRY(write(tid, RemoteAddress(before.rip), ByteView(kPageCode).first(original.size())));

  Registers registers = before;
  registers.orig_rax = kNoCall;
  registers.rax = SYS_mmap;
  registers.rdi = kMecrrPage;
  registers.rsi = bytes;
  registers.rdx = PROT_READ | PROT_EXEC;
  registers.r10 = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  registers.r8 = ~std::uint64_t{0};
  registers.r9 = 0;
  TRY(ptrace::set_registers(tid, registers));
  TRY(ptrace::resume(tid, ptrace::Resume::kContinue, 0));
  TRY(expect(tid,
             SIGTRAP | PTRACE_EVENT_SECCOMP << 8));  // not at the page yet, so the filter stops it
  TRY(ptrace::resume(tid, ptrace::Resume::kToReturn, 0));
  TRY(expect(tid, SIGTRAP | 0x80));

  const Registers after = TRY(ptrace::registers(tid));
  TRY(write(tid, RemoteAddress(before.rip), original));
  TRY(ptrace::set_registers(tid, before));
  TRY(std::move(held).release());
  if (after.rax != kMecrrPage) {
    return fail_with_code(static_cast<int>(-after.rax), "mapping mecrr's page at {:#x} in task {}",
                          kMecrrPage, tid);
  }
  return write(tid, RemoteAddress(kMecrrPage), kPageCode);
}

/// Waits for one task and fails unless it stops in this way (a status as from waitpid(2), without
/// the low byte).
Result<void> PtraceDevice::expect(Tid tid, int stop) {
  const int status = TRY(wait_status(tid));
  if (WIFSTOPPED(status) && status >> 8 == stop && !is_killed(status)) return {};
  if (!WIFSTOPPED(status) || is_killed(status)) {
    if (auto last = TRY(translate(tid, status))) ready_.push_back(std::move(*last));
    return fail_with_code(ESRCH, "task {} died in a call of ours", tid);
  }
  return fail("task {} stopped with status {:#x} in a call of ours", tid, status);
}

}  // namespace mecrr
