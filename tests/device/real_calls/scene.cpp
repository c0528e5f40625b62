#include "tests/device/real_calls/scene.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pty.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "base/check.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "device/calls/errno_names.h"
#include "device/calls/table.h"
#include "device/calls/written_memory.h"
#include "device/protocol/text.h"

namespace mecrr::real_calls {
namespace {

constexpr std::size_t kArenaBytes = 256 * 1024;
constexpr std::size_t kGuardBytes = 64 * 1024;
constexpr std::size_t kBetween = 64;  // bytes of pattern between rooms
constexpr time_t kSecondsForACase = 10;

constexpr int kReportBytes = 1024 * 1024;  // room for all that a case may report

// What a child reports: a letter and a text, a line each.
constexpr char kWrong = 'w', kWrote = 'm', kLacking = 'l', kNotPermitted = 'p';

/// Memory of this process, whatever its addresses.
class OwnMemory final : public Memory {
 public:
  Result<void> read(RemoteAddress from, MutableBytes into) const override {
    if (into.empty()) return {};
    const iovec ours{into.data(), into.size()};
    const iovec theirs{from.as_pointer(), into.size()};
    const ssize_t got = ::process_vm_readv(::getpid(), &ours, 1, &theirs, 1, 0);
    if (got != static_cast<ssize_t>(into.size())) return fail_with_code(EFAULT, "{}", from);
    return {};
  }
};

/// The raw result, which syscall(2) of the library hides.
std::int64_t raw_call(const SystemCall& call) {
  std::int64_t result = call.number;
  register std::uint64_t r10 __asm__("r10") = call.arguments[3];
  register std::uint64_t r8 __asm__("r8") = call.arguments[4];
  register std::uint64_t r9 __asm__("r9") = call.arguments[5];
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(call.arguments[0]), "S"(call.arguments[1]), "d"(call.arguments[2]),
                     "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

void do_nothing(int) {}

/// A container, or an ordinary user, may not do everything.
bool is_refusal(std::int64_t error) { return error == EPERM || error == EACCES; }

// The calling process dies when its time is up, whatever signals and interval timers the case uses.
void limit_time() {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  timer_t timer{};
  const itimerspec once{{}, {kSecondsForACase, 0}};
  MECRR_CHECK(::timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
  MECRR_CHECK(::timer_settime(timer, 0, &once, nullptr) == 0);
}

void read_report(const std::string& report, Findings& findings) {
  std::size_t at = 0;
  while (at < report.size()) {
    const std::size_t end = std::min(report.find('\n', at), report.size());
    const std::string line = report.substr(at + 1, end - at - 1);
    if (report[at] == kWrong) findings.wrong.push_back(line);
    if (report[at] == kWrote) findings.written_by.insert(line);
    if (report[at] == kLacking) findings.lacking.insert(line);
    if (report[at] == kNotPermitted) findings.not_permitted.push_back(line);
    at = end + 1;
  }
}

void run_once(const Case& what, std::byte pattern, Findings& findings) {
  std::array<int, 2> ends{};
  MECRR_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
  MECRR_CHECK(::fcntl(ends[0], F_SETPIPE_SZ, kReportBytes) >= kReportBytes);
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  const pid_t child = ::fork();
  MECRR_CHECK(child >= 0);
  if (child == 0) {
    ::setsid();  // a process group, to be ended as one, and no terminal
    limit_time();
    {
      Scene scene(theirs.get(), pattern);
      what.run(scene);
    }
    ::_exit(0);
  }
  theirs.reset();
  int status = 0;
  MECRR_CHECK(::waitpid(child, &status, 0) == child);
  ::kill(-child, SIGKILL);  // whoever it left behind, who hold the pipe open
  const auto report = read_to_end(ours.get());
  std::filesystem::remove_all(fmt::format("/tmp/mecrr-real-call-{}", child));
  MECRR_CHECK(report.has_value(), "{}", report.error());
  read_report(std::string(as_text(*report)), findings);
  if (status != 0)
    findings.wrong.push_back(fmt::format("the case ended with status {:#x}", status));
}

std::string form_name(const SystemCall& call) {
  const calls::Call* row = calls::find(call.number);
  const auto form = calls::form_of(call);
  MECRR_CHECK(row != nullptr && form.has_value(), "call {} is not in the table", call.number);
  return name_of(*row, **form);
}

bool is_in(std::span<const RemoteRange> ranges, RemoteAddress address) {
  return std::ranges::any_of(ranges,
                             [&](const RemoteRange& range) { return range.contains(address); });
}

}  // namespace

std::string name_of(const calls::Call& call, const calls::Form& form) {
  if (&form == &call) return std::string(call.name);
  return fmt::format("{} {}", call.name, form.name);
}

Findings run(const Case& what) {
  Findings findings;
  for (const std::byte pattern : {std::byte{0xa5}, std::byte{0x5a}})
    run_once(what, pattern, findings);
  return findings;
}

Scene::Scene(int report_fd, std::byte pattern)
    : report_fd_(report_fd), directory_(fmt::format("/tmp/mecrr-real-call-{}", ::getpid())) {
  auto arena = Mapping::anonymous(kArenaBytes + kGuardBytes);
  if (!arena) give_up(arena.error().message);
  arena_ = *std::move(arena);
  const MutableBytes bytes = arena_.mutable_bytes();
  std::ranges::fill(bytes, pattern);
  need(::munmap(bytes.data() + kArenaBytes, kGuardBytes), "unmapping the end of the arena");
}

Scene::~Scene() {
  for (const auto& clean : at_end_) clean();
}

void Scene::at_end(std::function<void()> clean) { at_end_.push_back(std::move(clean)); }

std::uint64_t Scene::start() const { return RemoteAddress::of(arena_.bytes().data()).value(); }

std::uint64_t Scene::room(std::size_t size) {
  constexpr std::size_t kAlignment = 16;
  const std::size_t at = used_ + kBetween;
  used_ = at + (size + kAlignment - 1) / kAlignment * kAlignment;
  if (used_ > kArenaBytes) give_up("the arena is full");
  return start() + at;
}

std::uint64_t Scene::room_at_end(std::size_t size) { return start() + kArenaBytes - size; }

std::uint64_t Scene::put(ByteView bytes) {
  const std::uint64_t address = room(bytes.size());
  std::ranges::copy(bytes, arena_.mutable_bytes().subspan(address - start()).begin());
  return address;
}

std::uint64_t Scene::text(std::string_view text) {
  Bytes bytes = to_bytes(text);
  bytes.push_back(std::byte{0});
  return put(ByteView(bytes));
}

std::uint64_t Scene::iovecs(std::initializer_list<Part> parts) {
  Bytes array;
  for (const Part& part : parts) append_object(array, part);
  return put(ByteView(array));
}

std::int64_t Scene::make(const SystemCall& call) {
  const OwnMemory memory;
  const std::string name = form_name(call);
  const auto before = calls::before(call, memory);
  if (!before) give_up(before.error().message);
  const Bytes snapshot = to_bytes(arena_.bytes().first(kArenaBytes));
  const std::int64_t result = raw_call(call);
  const auto written = calls::written(call, *before, result, memory);
  if (!written) give_up(written.error().message);
  compare(call, snapshot, *written, result);
  if (result == -ENOSYS) report(kLacking, name);
  return result;
}

void Scene::compare(const SystemCall& call, ByteView before, std::span<const RemoteRange> written,
                    std::int64_t result) {
  const ByteView after = arena_.bytes();
  const OwnMemory memory;
  const auto show = [&] { return protocol::completed_text(call, result, memory, {.bytes = 16}); };
  bool any = false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] == after[i]) continue;
    any = true;
    const RemoteAddress address(start() + i);
    if (is_in(written, address)) continue;
    report(
        kWrong,
        fmt::format("{} ({:#x}, {:#x}, {:#x}, {:#x}, {:#x}): wrote {}, which its row does not say",
                    show(), call.arguments[0], call.arguments[1], call.arguments[2],
                    call.arguments[3], call.arguments[4], address));
    break;
  }
  for (const RemoteRange& range : written) {
    if (readable_part(memory, range).size != range.size)
      report(kWrong,
             fmt::format("{}: its row says that it wrote {}, which is not there", show(), range));
  }
  if (any) report(kWrote, form_name(call));
}

std::int64_t Scene::expect_success(const SystemCall& call) {
  const std::int64_t result = make(call);
  if (!calls::is_error(result)) return result;
  const std::string line = protocol::completed_text(call, result, OwnMemory());
  if (result == -ENOSYS) end_early(kLacking, form_name(call));
  end_early(is_refusal(-result) ? kNotPermitted : kWrong, line);
}

void Scene::expect_error(int error, const SystemCall& call) {
  const std::int64_t result = make(call);
  if (result == -error || result == -ENOSYS) return;
  give_up(fmt::format("{}: not {}", protocol::completed_text(call, result, OwnMemory()),
                      calls::errno_text(error)));
}

int Scene::need(std::int64_t result, std::string_view what) {
  if (result >= 0) return static_cast<int>(result);
  const int error = errno;
  end_early(is_refusal(error) ? kNotPermitted : kWrong,
            fmt::format("{}: {}", what, std::strerror(error)));
}

int Scene::open(const char* path, int flags) { return need(::open(path, flags, 0600), path); }

int Scene::file(std::string_view content) {
  const int fd = open(path("file").c_str(), O_RDWR | O_CREAT | O_TRUNC);
  need(::write(fd, content.data(), content.size()), "writing a file");
  need(::lseek(fd, 0, SEEK_SET), "going to a file's start");
  return fd;
}

std::string Scene::path(std::string_view name) {
  std::filesystem::create_directories(directory_);
  return fmt::format("{}/{}", directory_, name);
}

Scene::Pair Scene::pipe() {
  std::array<int, 2> ends{};
  need(::pipe(ends.data()), "pipe");
  return {ends[0], ends[1]};
}

Scene::Pair Scene::sockets(int family, int type) {
  std::array<int, 2> ends{};
  need(::socketpair(family, type, 0, ends.data()), "socketpair");
  return {ends[0], ends[1]};
}

Scene::Pair Scene::terminal() {
  Pair pair{};
  need(::openpty(&pair.theirs, &pair.ours, nullptr, nullptr, nullptr), "openpty");
  return pair;
}

void Scene::interrupt() {
  constexpr int kPeriodUs = 20'000;
  struct sigaction action{};
  action.sa_handler = do_nothing;  // without SA_RESTART
  need(::sigaction(SIGUSR1, &action, nullptr), "sigaction");
  need(::sigaction(SIGALRM, &action, nullptr), "sigaction");
  const itimerval period{{0, kPeriodUs}, {0, kPeriodUs}};
  need(::setitimer(ITIMER_REAL, &period, nullptr), "setitimer");
}

void Scene::report(char kind, std::string_view what) const {
  const std::string line = fmt::format("{}{}\n", kind, what);
  if (::write(report_fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    ::_exit(1);
}

void Scene::end_early(char kind, std::string_view why) const {
  report(kind, why);
  for (const auto& clean : at_end_) clean();
  ::_exit(0);
}

void Scene::give_up(std::string_view why) const { end_early(kWrong, why); }

}  // namespace mecrr::real_calls
