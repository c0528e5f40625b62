#include "device/ptrace/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/bytes.h"
#include "base/files.h"
#include "device/ptrace/requests.h"

namespace mecrr::ptrace {
namespace {

struct Complaint {
  ChildStep step;
  int code;
};

Result<std::pair<UniqueFd, UniqueFd>> make_pipe() {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) return fail_errno("pipe");
  return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

constexpr const char* kMayNotTrace =
    "this system does not let mecrr trace programs (ptrace); in a container start it with "
    "--cap-add=SYS_PTRACE, or with a seccomp "
    "profile that allows ptrace; elsewhere see /proc/sys/kernel/yama/ptrace_scope, which must be "
    "below 3";

}  // namespace

Result<ChildChannel> ChildChannel::create() {
  ChildChannel channel;
  std::tie(channel.go_read_, channel.go_write_) = TRY(make_pipe());
  std::tie(channel.error_read_, channel.error_write_) = TRY(make_pipe());
  return channel;
}

void ChildChannel::await_go() {
  go_write_.reset();  // else the child would hold its own pipe open should the parent die
  char go = 0;
  ssize_t got;
  do got = ::read(go_read_.get(), &go, 1);
  while (got < 0 && errno == EINTR);
  if (got != 1) ::_exit(125);
}

void ChildChannel::give_up(ChildStep step, int code) {
  const Complaint complaint{step, code};
  (void)!::write(error_write_.get(), &complaint,
                 sizeof complaint);  // fails only if the parent is gone
  ::_exit(125);
}

Result<void> ChildChannel::let_go_when_traced(Tid child, std::uint64_t options) {
  error_write_.reset();
  if (auto seized = seize(child, options); !seized) {
    ::kill(child.value(), SIGKILL);
    while (::waitpid(child.value(), nullptr, 0) < 0 && errno == EINTR) continue;
    if (seized.error().code == EPERM || seized.error().code == ENOSYS) {
      return fail_with_code(seized.error().code, "{}", kMayNotTrace);
    }
    return seized;
  }
  return write_all(go_write_.get(), as_bytes("g"));
}

std::unexpected<Error> ChildChannel::why_given_up(const std::string& program) {
  Complaint complaint{};
  if (auto read = read_exact(error_read_.get(), object_bytes(complaint)); !read) {
    return fail("{}: killed before it started", program);
  }
  errno = complaint.code;
  switch (complaint.step) {
    case ChildStep::kTsc:
      return fail_errno("disabling the time stamp counter");
    case ChildStep::kFilter:
      return fail_errno("installing a seccomp filter");
    case ChildStep::kRseq:
      return fail_errno("unregistering restartable sequences");
    case ChildStep::kPage:
      return fail_errno("mapping mecrr's page");
    case ChildStep::kExec:
      return fail_errno("{}", program);
  }
  return fail("{}: did not start", program);
}

}  // namespace mecrr::ptrace
