// Answering from a log, and what ends it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>

#include "device/agent/code.h"
#include "tests/device/agent/agent_record.h"

namespace mecrr::agent {
namespace {

class AgentAnswer : public AgentRecord {
 protected:
  AgentAnswer()
      : zero_(open("/dev/zero", O_RDWR, Descriptor::kNeverWaits)),
        buffer_(arena_.room(4096)),
        path_(arena_.text("/no/such/file")) {}

  /// Logs an access, a read and a write of 100 bytes, and turns to answering.
  void log_three() {
    EXPECT_FALSE(site_.call(SYS_access, access()).raw);
    EXPECT_FALSE(site_.call(SYS_read, read()).raw);
    EXPECT_FALSE(site_.call(SYS_write, read()).raw);
    EXPECT_EQ(site_.logged().size(), 3u);
    site_.answer();
  }
  std::array<std::uint64_t, 6> access() const { return {path_, 0}; }
  std::array<std::uint64_t, 6> read() const { return {raw(zero_.get()), buffer_, 100}; }
  std::uint8_t& byte(std::uint64_t address) {
    return *static_cast<std::uint8_t*>(RemoteAddress(address).as_pointer());
  }
  void expect_differs(std::uint32_t number, std::array<std::uint64_t, 6> arguments) {
    const std::uint64_t used = site_.state().log_used;
    stops(Abandoned::kDiffers, number, arguments);
    EXPECT_NE(site_.state().differs, 0u);
    EXPECT_EQ(site_.state().log_used, used);
    site_.state().differs = 0;
  }

  UniqueFd zero_;
  std::uint64_t buffer_, path_;
};

TEST_F(AgentAnswer, GivesResultsAndMemoryInOrderAndThenStops) {
  log_three();
  EXPECT_EQ(site_.call(SYS_access, access()).result, -ENOENT);
  byte(buffer_ + 50) = 7;
  EXPECT_EQ(site_.call(SYS_read, read()).result, 100);
  EXPECT_EQ(byte(buffer_ + 50), 0);
  EXPECT_EQ(site_.call(SYS_write, read()).result, 100);
  EXPECT_EQ(site_.state().calls, 3u);
  stops(Abandoned::kLogEnd, SYS_access, access());
  EXPECT_EQ(site_.state().differs, 0u);
}

TEST_F(AgentAnswer, MakesNoCall) {
  const Ends ends = pipe();
  EXPECT_EQ(site_.call(SYS_write, {raw(ends.write.get()), path_, 4}).result, 4);
  site_.answer();
  char data[16];
  EXPECT_EQ(::read(ends.read.get(), data, sizeof data), 4);
  EXPECT_EQ(site_.call(SYS_write, {raw(ends.write.get()), path_, 4}).result, 4);
  EXPECT_EQ(::fcntl(ends.read.get(), F_SETFL, O_NONBLOCK), 0);
  EXPECT_EQ(::read(ends.read.get(), data, sizeof data), -1);
}

TEST_F(AgentAnswer, ComparesNumberAndArguments) {
  log_three();
  expect_differs(SYS_stat, access());
  expect_differs(SYS_access, {path_, 1});
  expect_differs(SYS_access, {path_ + 1, 0});
  EXPECT_FALSE(site_.call(SYS_access, {path_, 0, 99, 98, 97}).raw);  // it takes only two
}

TEST_F(AgentAnswer, ComparesTheStackPointer) {
  log_three();
  CallRegisters registers = site_.registers();
  registers.rax = SYS_access;
  registers.rdi = path_;
  registers.rsi = 0;
  registers.rsp -= 8;
  EXPECT_EQ(site_.call(registers).raw, 1u);
  EXPECT_NE(site_.state().differs, 0u);
}

TEST_F(AgentAnswer, ComparesTheInstructionPointer) {
  log_three();
  const MutableBytes log = mutable_bytes_at(RemoteAddress(kLog).as_pointer(), 4096);
  CallRecord record = load<CallRecord>(log).value();
  ++record.rip;
  EXPECT_TRUE(store(log, 0, record));
  expect_differs(SYS_access, access());
}

TEST_F(AgentAnswer, ComparesTextsAndTheirEnds) {
  log_three();
  byte(path_ + 3) ^= 1;
  expect_differs(SYS_access, access());
  byte(path_ + 3) ^= 1;
  byte(path_ + 13) = 'x';
  expect_differs(SYS_access, access());
  byte(path_ + 13) = 0;
  EXPECT_FALSE(site_.call(SYS_access, access()).raw);
}

TEST_F(AgentAnswer, ComparesAllOfTheDataThatIsWritten) {
  log_three();
  EXPECT_FALSE(site_.call(SYS_access, access()).raw);
  EXPECT_FALSE(site_.call(SYS_read, read()).raw);
  for (const std::uint64_t changed : {0, 63, 64, 99}) {
    byte(buffer_ + changed) ^= 1;
    expect_differs(SYS_write, read());
    byte(buffer_ + changed) ^= 1;
  }
  EXPECT_FALSE(site_.call(SYS_write, read()).raw);
}

TEST_F(AgentAnswer, TakesMemoryThatIsGoneForADifference) {
  log_three();
  EXPECT_FALSE(site_.call(SYS_access, access()).raw);
  CallPart part{};
  const MutableBytes log = mutable_bytes_at(RemoteAddress(kLog).as_pointer(), 4096);
  const std::uint64_t at = site_.state().log_used + sizeof(CallRecord) + 3 * 8;
  part = load<CallPart>(log, at).value();
  EXPECT_EQ(part.address, buffer_);
  part.address = 8;
  EXPECT_TRUE(store(log, at, part));
  expect_differs(SYS_read, read());
}

TEST_F(AgentAnswer, RefusesARecordThatIsLongerThanTheLog) {
  log_three();
  site_.state().log_bytes = 80;
  expect_differs(SYS_access, access());
}

TEST_F(AgentAnswer, StopsWhenItIsAskedTo) {
  log_three();
  site_.state().stop_requested = 1;
  stops(Abandoned::kRequested, SYS_access, access());
  EXPECT_EQ(site_.state().log_used, 0u);
}

/// What a trap at the end shows; written by the handler.
std::uint64_t trapped_at;
std::uint64_t rcx_at_trap;
std::uint64_t rax_at_trap;

void note_trap(int, siginfo_t*, void* context) {
  const greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  trapped_at = static_cast<std::uint64_t>(registers[REG_RIP]);
  rcx_at_trap = static_cast<std::uint64_t>(registers[REG_RCX]);
  rax_at_trap = static_cast<std::uint64_t>(registers[REG_RAX]);
}

TEST_F(AgentAnswer, TrapsBehindTheLastRecordIfItIsToldTo) {
  log_three();
  struct sigaction action{};
  action.sa_sigaction = note_trap;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigaction(SIGTRAP, &action, nullptr);
  site_.state().trap_at_end = 1;
  EXPECT_FALSE(site_.call(SYS_access, access()).raw);
  EXPECT_FALSE(site_.call(SYS_read, read()).raw);
  EXPECT_EQ(trapped_at, 0u);
  EXPECT_EQ(site_.call(SYS_write, read()).result, 100);
  EXPECT_EQ(trapped_at, code_head().behind_trap);
  EXPECT_EQ(rcx_at_trap, Site::back());
  EXPECT_EQ(rax_at_trap, 100u);
  ::signal(SIGTRAP, SIG_DFL);
}

}  // namespace
}  // namespace mecrr::agent
