#include "tests/support/fake_device.h"

#include <sched.h>
#include <sys/syscall.h>

#include <cerrno>
#include <sstream>

#include "base/call_record.h"
#include "base/check.h"
#include "device/calls/table.h"
#include "device/protocol/parse.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kPageMask = 4095;

void set_call(Registers& r, const SystemCall& call) {
  const auto& a = call.arguments;
  r.orig_rax = call.number;
  r.rdi = a[0], r.rsi = a[1], r.rdx = a[2], r.r10 = a[3], r.r8 = a[4], r.r9 = a[5];
}

/// Where each record ends.
std::vector<std::size_t> ends_of(ByteView records) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at < records.size();) {
    at += load<CallRecord>(records, at)->bytes;
    ends.push_back(at);
  }
  return ends;
}

}  // namespace

FakeDevice::FakeDevice(std::string_view script) {
  std::istringstream lines{std::string(script)};
  for (std::string line; std::getline(lines >> std::ws, line);) {
    std::istringstream words(line);
    int task = 0;
    words >> task >> std::ws;
    std::string rest;
    std::getline(words, rest);
    script_[Tid(task)].push_back(rest);
  }
}

Result<Tid> FakeDevice::launch(const Launch&) { return fail("a fake device launches nothing"); }

Result<StoppedTask> FakeDevice::create_blank(const Blank&) {
  const Tid tid = add_task({.pid = Pid(last_.value() + 1), .space = std::make_shared<Space>()});
  return StoppedTask(*this, tid);
}

Tid FakeDevice::add_task(Task task) {
  last_ = last_.next();
  task.stops = script_[last_];
  tasks_.emplace(last_, std::move(task));
  return last_;
}

Result<std::optional<Report>> FakeDevice::wait(std::optional<Tid> only, Patience) {
  for (auto at = ready_.begin(); at != ready_.end(); ++at) {
    if (only && at->tid != *only) continue;
    Report report = std::move(*at);
    ready_.erase(at);
    return report;
  }
  return std::nullopt;
}

Result<void> FakeDevice::kill(Pid pid) {
  log_.push_back(fmt::format("kill {}", pid));
  std::vector<Tid> killed;
  for (const auto& [tid, task] : tasks_)
    if (task.pid == pid) killed.push_back(tid);
  for (const Tid tid : killed) end(tid);
  return {};
}

void FakeDevice::end(Tid tid) {
  tasks_.erase(tid);
  ready_.push_back({tid, Exited{SIGKILL}, std::nullopt});
}

Result<Registers> FakeDevice::registers(Tid tid) { return tasks_.at(tid).registers; }

Result<void> FakeDevice::set_registers(Tid tid, const Registers& registers) {
  tasks_.at(tid).registers = registers;
  return {};
}

Result<std::byte*> FakeDevice::byte_at(Tid tid, RemoteAddress address) {
  Space& space = *tasks_.at(tid).space;
  const auto page = space.find(address.value() & ~kPageMask);
  if (page == space.end()) return fail_with_code(EFAULT, "memory at {}", address);
  return &page->second[address.value() & kPageMask];
}

Result<void> FakeDevice::read(Tid tid, RemoteAddress from, MutableBytes into) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] = *TRY(byte_at(tid, from + i));
  return {};
}

Result<void> FakeDevice::write(Tid tid, RemoteAddress to, ByteView data) {
  for (std::size_t i = 0; i < data.size(); ++i) *TRY(byte_at(tid, to + i)) = data[i];
  return {};
}

Result<std::int64_t> FakeDevice::perform(Tid tid, const SystemCall& call) {
  Task& task = tasks_.at(tid);
  const auto& a = call.arguments;
  log_.push_back(fmt::format("{} perform {}", tid, calls::find(call.number)->name));
  switch (call.number) {
    case SYS_mmap:
      for (std::uint64_t at = a[0]; at < a[0] + a[1]; at += kPageMask + 1)
        (*task.space)[at] = Page{};
      return static_cast<std::int64_t>(a[0]);
    case SYS_clone: {
      const bool thread = (a[0] & CLONE_THREAD) != 0;
      const bool shares = (a[0] & CLONE_VM) != 0;
      const Tid child =
          add_task({.pid = thread ? task.pid : Pid(last_.value() + 1),
                    .space = shares ? task.space : std::make_shared<Space>(*task.space),
                    .registers = task.registers});
      ready_.push_back({child, Born{}, StoppedTask(*this, child)});
      return child.value();
    }
    case SYS_exit:
      end(tid);
      return fail_with_code(ESRCH, "task {} died in a call of ours", tid);
    default:
      return fail("a fake device does not perform call {}", call.number);
  }
}

Result<void> FakeDevice::answer(Tid tid, ByteView records, AtEnd at_end) {
  tasks_.at(tid).answers = to_bytes(records);
  log_.push_back(fmt::format("{} answer {}{}", tid, ends_of(records).size(),
                             at_end == AtEnd::kStop ? " and stop" : ""));
  return {};
}

Result<std::size_t> FakeDevice::take_answered(Tid tid) {
  tasks_.at(tid).answers.clear();
  return std::exchange(tasks_.at(tid).answered, 0);
}

Result<void> FakeDevice::resume(Tid tid, const Command& command) {
  Task& task = tasks_.at(tid);
  log_.push_back(
      fmt::format("{} {}", tid, std::holds_alternative<SingleStep>(command) ? "step" : "run"));
  if (task.stops.empty()) return fail("the script has no more stops for task {}", tid);
  std::istringstream line(task.stops.front());
  task.stops.pop_front();
  line >> std::hex >> task.registers.rip >> std::ws >> std::dec;
  task.answered = task.answers.size();
  if (line.peek() == '+') {
    std::size_t calls = 0;
    line.get();
    line >> calls >> std::ws;
    task.answered = calls == 0 ? 0 : ends_of(task.answers).at(calls - 1);
  }
  std::string text;
  std::getline(line, text);
  Stop stop = TRY(protocol::parse_stop(text, {}));
  task.registers.orig_rax = kNoCall;
  if (const auto* called = std::get_if<Called>(&stop)) set_call(task.registers, called->call);
  if (std::holds_alternative<Exited>(stop)) {
    tasks_.erase(tid);
    ready_.push_back({tid, std::move(stop), std::nullopt});
  } else {
    ready_.push_back({tid, std::move(stop), StoppedTask(*this, tid)});
  }
  return {};
}

}  // namespace mecrr
