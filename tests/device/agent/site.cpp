#include "tests/device/agent/site.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <cstring>

#include "base/check.h"
#include "base/remote_address.h"
#include "device/agent/code.h"

extern "C" void agent_test_call(const mecrr::agent::CallRegisters* in,
                                mecrr::agent::CallRegisters* out);
extern "C" void agent_test_cpuid(const mecrr::agent::CallRegisters* in,
                                 mecrr::agent::CallRegisters* out);
extern "C" void agent_test_rdtsc(const mecrr::agent::CallRegisters* in,
                                 mecrr::agent::CallRegisters* out);
extern "C" void agent_test_rdtscp(const mecrr::agent::CallRegisters* in,
                                  mecrr::agent::CallRegisters* out);
extern "C" const char agent_test_back[];

namespace mecrr::agent {
namespace {

constexpr std::byte kRedZone{0x5a};

void map(std::uint64_t start, std::uint64_t end) {
  void* at = RemoteAddress(start).as_pointer();
  void* mapped = ::mmap(at, end - start, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  MECRR_CHECK(mapped == at, "cannot map {:#x}", start);
}

void unmap(std::uint64_t start, std::uint64_t end) {
  ::munmap(RemoteAddress(start).as_pointer(), end - start);
}

/// As the device: a task that faults inside the agent goes on at `abandon`.
void go_to_abandon(int signal, siginfo_t*, void* context) {
  greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto rip = static_cast<std::uint64_t>(registers[REG_RIP]);
  if (rip < kCode || rip >= kCodeEnd) {
    ::signal(signal, SIG_DFL);
    return;
  }
  registers[REG_RIP] = static_cast<greg_t>(code_head().abandon);
}

}  // namespace

Site::Site() {
  map(kCode, kCodeEnd);
  map(kState, kLog + kLogBytes);
  std::memcpy(RemoteAddress(kCode).as_pointer(), code().data(), code().size());
  MECRR_CHECK(
      ::mprotect(RemoteAddress(kCode).as_pointer(), kCodeEnd - kCode, PROT_READ | PROT_EXEC) == 0,
      "mprotect");
  state().mode = Mode::kRecord;
  state().log_bytes = kLogBytes;
  state().descriptors_known = 1;
  stack_.fill(kRedZone);
  struct sigaction action{};
  action.sa_sigaction = go_to_abandon;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  static std::array<std::byte, 64 * 1024> signal_stack;
  const stack_t alternative{
      .ss_sp = signal_stack.data(), .ss_flags = 0, .ss_size = signal_stack.size()};
  ::sigaltstack(&alternative, nullptr);
  ::sigaction(SIGSEGV, &action, nullptr);
  ::sigaction(SIGBUS, &action, nullptr);
}

Site::~Site() {
  ::signal(SIGSEGV, SIG_DFL);
  ::signal(SIGBUS, SIG_DFL);
  unmap(kCode, kCodeEnd);
  unmap(kState, kLog + kLogBytes);
}

AgentState& Site::state() { return *static_cast<AgentState*>(RemoteAddress(kState).as_pointer()); }

MutableBytes Site::log() {
  return mutable_bytes_at(RemoteAddress(kLog).as_pointer(), state().log_used);
}

void Site::answer() {
  state().log_bytes = state().log_used;
  state().log_used = 0;
  state().mode = Mode::kAnswer;
  state().calls = 0;
}

CallRegisters Site::call(const CallRegisters& registers) {
  CallRegisters after{};
  agent_test_call(&registers, &after);
  return after;
}

CallRegisters Site::cpuid(const CallRegisters& registers) {
  CallRegisters after{};
  agent_test_cpuid(&registers, &after);
  return after;
}

CallRegisters Site::rdtsc(const CallRegisters& registers) {
  CallRegisters after{};
  agent_test_rdtsc(&registers, &after);
  return after;
}

CallRegisters Site::rdtscp(const CallRegisters& registers) {
  CallRegisters after{};
  agent_test_rdtscp(&registers, &after);
  return after;
}

void Site::answer_cpuid(const CpuidTable& table) {
  void* code = RemoteAddress(kCode).as_pointer();
  MECRR_CHECK(::mprotect(code, kCodeEnd - kCode, PROT_READ | PROT_WRITE) == 0, "mprotect");
  std::memcpy(RemoteAddress(kCpuidTable).as_pointer(), &table, sizeof table);
  MECRR_CHECK(::mprotect(code, kCodeEnd - kCode, PROT_READ | PROT_EXEC) == 0, "mprotect");
}

CallRegisters Site::registers() {
  CallRegisters registers{.rax = 1,
                          .rbx = 2,
                          .rcx = 3,
                          .rdx = 4,
                          .rsi = 5,
                          .rdi = 6,
                          .rbp = 7,
                          .rsp = number_of(stack_.data() + kStackBytes / 2),
                          .r8 = 9,
                          .r9 = 10,
                          .r10 = 11,
                          .r11 = 12,
                          .r12 = 13,
                          .r13 = 14,
                          .r14 = 15,
                          .r15 = 16,
                          .flags = 0x202,
                          .raw = 0};
  return registers;
}

Site::Outcome Site::call(std::uint32_t number, std::array<std::uint64_t, 6> arguments) {
  CallRegisters before = registers();
  before.rax = number;
  before.rdi = arguments[0], before.rsi = arguments[1], before.rdx = arguments[2];
  before.r10 = arguments[3], before.r8 = arguments[4], before.r9 = arguments[5];
  const CallRegisters after = call(before);
  return {.raw = after.raw != 0, .result = static_cast<std::int64_t>(after.rax)};
}

std::vector<LoggedCall> Site::logged() {
  std::vector<LoggedCall> calls;
  const ByteView all = log();
  for (std::uint64_t next = 0; next < all.size();) {
    LoggedCall call{.record = load<CallRecord>(all, next).value(), .arguments = {}, .parts = {}};
    std::uint64_t at = next + sizeof(CallRecord);
    for (unsigned i = 0; i < call.record.arguments; ++i, at += 8) {
      call.arguments.push_back(load<std::uint64_t>(all, at).value());
    }
    for (unsigned i = 0; i < call.record.parts; ++i) {
      LoggedPart logged{.part = load<CallPart>(all, at).value(), .data = {}};
      logged.data = to_bytes(slice(all, at + sizeof(CallPart), logged.part.stored()).value());
      at += logged.part.bytes();
      if (logged.part.has_hash()) logged.hash = load<std::uint64_t>(all, at - 8).value();
      call.parts.push_back(std::move(logged));
    }
    EXPECT_EQ(at, next + call.record.bytes);
    next += call.record.bytes;
    calls.push_back(std::move(call));
  }
  return calls;
}

std::uint64_t Site::back() { return number_of(agent_test_back); }

bool Site::red_zone_is_whole() const {
  for (std::size_t i = 0; i < kStackBytes; ++i) {
    if (stack_[i] != kRedZone) return false;
  }
  return true;
}

}  // namespace mecrr::agent
