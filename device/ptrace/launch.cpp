// Starting a program under the device.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "device/ptrace/child.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"
#include "device/ptrace/seccomp_filter.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kRecordingOptions =
    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
    PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (const std::string& s : strings) all.push_back(const_cast<char*>(s.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace

Result<Tid> PtraceDevice::launch(const Launch& what) {
  // All that the child needs is made before the fork: it may only make async-signal-safe calls.
  std::vector<char*> argv = pointers(what.arguments);
  std::vector<char*> envp = pointers(what.environment);
  use_agent_ = what.agent;
  const std::vector<sock_filter> filter = ptrace::recording_filter(what.agent);
  ptrace::ChildChannel channel = TRY(ptrace::ChildChannel::create());

  const pid_t child = ::fork();
  if (child < 0) return fail_errno("fork");
  if (child == 0) {
    channel.await_go();
    if (::prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, 0) != 0)
      channel.give_up(ptrace::ChildStep::kTsc, errno);
    if (int code = ptrace::install_filter(filter))
      channel.give_up(ptrace::ChildStep::kFilter, code);
    ::execve(what.path.c_str(), argv.data(), envp.data());
    channel.give_up(ptrace::ChildStep::kExec, errno);
  }

  const Tid tid(child);
  TRY(channel.let_go_when_traced(tid, kRecordingOptions));
  tracees_.emplace(tid, Tracee{.pid = Pid(child)});
  while (true) {
    const int status = TRY(wait_status(tid));
    if (!WIFSTOPPED(status)) {
      tracees_.erase(tid);
      return channel.why_given_up(what.path);
    }
    if (status >> 16 == PTRACE_EVENT_EXEC) {
      (void)TRY(translate(tid, status));
      return tid;
    }
    const bool is_signal = status >> 16 == 0;
    TRY(ptrace::resume(tid, ptrace::Resume::kContinue, is_signal ? WSTOPSIG(status) : 0));
  }
}

}  // namespace mecrr
