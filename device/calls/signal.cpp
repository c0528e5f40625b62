// Calls on signals. How to add one: README.md here.
#include <signal.h>
#include <sys/syscall.h>

#include "device/calls/call.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr Extra kShared{.agent = Agent::kMustNot};  // signal state is the agent's as well

// As the kernel has it: handler, flags, restorer, and a mask of as many bytes as the last argument
// says, which must be 8.
constexpr Amount kActionBytes = bytes(32);
constexpr Argument mask_in(std::uint8_t size_argument) {
  return in(arg(size_argument)).as("sigset_t");
}
constexpr Argument mask_out(std::uint8_t size_argument) {
  return out(arg(size_argument)).as("sigset_t");
}

// clang-format off
constexpr Call kSignalCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_rt_sigaction, "rt_sigaction",
     {signal(), in(kActionBytes).as("sigaction"), out(kActionBytes).as("sigaction"), size()}},
    {SYS_rt_sigprocmask, "rt_sigprocmask",
     {flags(kMaskChanges), mask_in(3), mask_out(3), size()}},
    {SYS_rt_sigreturn, "rt_sigreturn", {}, kTask, kNever, {.registers = RegistersAfter::kSet}},
    {SYS_pause, "pause", {}, kAnswer, kMaybe},
    {SYS_kill, "kill", {pid(), signal()}},
    {SYS_rt_sigpending, "rt_sigpending", {mask_out(1), size()}},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait",
     {mask_in(3), out<siginfo_t>(), in<timespec>(), size()}, kAnswer, kMaybe},
    {SYS_rt_sigqueueinfo, "rt_sigqueueinfo", {pid(), signal(), in<siginfo_t>()}},
    {SYS_rt_sigsuspend, "rt_sigsuspend", {mask_in(1), size()}, kAnswer, kMaybe, kShared},
    {SYS_sigaltstack, "sigaltstack", {in<stack_t>(), out<stack_t>()}, kAnswer, kNever, kShared},
    {SYS_tkill, "tkill", {pid(), signal()}},
    // Goes on with a call that a signal interrupted: what it writes is what that call's row says, with that call's arguments,
    // which still are in the registers. Whoever asks must put the number of the interrupted call in the place of this one.
    {SYS_restart_syscall, "restart_syscall", {}, kAnswer, kMaybe},
    {SYS_tgkill, "tgkill", {pid(), pid(), signal()}},
    {SYS_rt_tgsigqueueinfo, "rt_tgsigqueueinfo", {pid(), pid(), signal(), in<siginfo_t>()}},
    {SYS_pidfd_send_signal, "pidfd_send_signal", {fd(), signal(), in<siginfo_t>(), flags(kNoFlags)}},
};
// clang-format on
static_assert(well_formed(kSignalCalls));

}  // namespace

std::span<const Call> signal_calls() { return kSignalCalls; }

}  // namespace mecrr::calls
