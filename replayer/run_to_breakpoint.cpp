// Letting a task execute its own code, past breakpoints that are not to stop it, to the pending
// event, or to a breakpoint that is.
//
// A breakpoint is an int3: each time that the task comes to it is a stop, the rules are looked at
// from outside, and the instruction is executed by a single step, while the code is the program's.
// Where it has been passed once and its rule is one that a probe can say, it is the probe from then
// on: one of them, the one that has been come to most. A landing's probe has precedence. Putting a
// probe costs as much as passing an int3, so that none is put before the first time.
//
// A task that stands at a breakpoint is never resumed before it has been looked at.
#include <algorithm>
#include <array>

#include "replayer/landing/landing.h"
#include "replayer/replayer.h"

namespace mecrr {
namespace {

constexpr std::size_t kMostInstructionBytes = 15;

/// A string instruction with a prefix that has it repeated: a step is one round of it.
bool is_repeated(ByteView code) {
  bool has_prefix = false;
  for (const std::byte each : code) {
    const auto octet = std::to_integer<std::uint8_t>(each);
    const bool is_repetition = octet == 0xf2 || octet == 0xf3;
    const bool is_prefix =
        octet >> 4 == 4 || (octet >= 0x64 && octet <= 0x67) || (octet & 0xe7) == 0x26;
    has_prefix |= is_repetition;
    if (is_repetition || is_prefix) continue;
    return has_prefix && ((octet >= 0xa4 && octet <= 0xa7) || (octet >= 0xaa && octet <= 0xaf));
  }
  return false;
}

}  // namespace

Result<Replayer::Ran> Replayer::run_task(ReplayedTask& task, Breakpoints heed) {
  Course course;
  if (pending_->event->has_landing() && pending_->event->tid() == task.tid.value()) {
    course.landing = by_code(probe_of(pending_->event->landing()), *task.stopped);
    course.landing->counts_hits = false;
    course.limit.emplace(
        TRY(ProcessorTime::limit(processes_.at(task.pid).actual, landing_patience())));
  }
  if (sites_.empty()) heed = Breakpoints::kIgnore;
  while (true) {
    if (heed == Breakpoints::kHeed) {
      if (const auto ran = TRY(pass_breakpoints(task, course))) return *ran;
    }
    const Ran ran = TRY(run_on(task, heed, course));
    if (ran == Ran::kBreakpoint) continue;
    const Breakpoint here{task.stream, RemoteAddress(task.registers.rip)};
    if (ran == Ran::kProbed && !course.landing) {
      stopped_by_ = sites_.rules_at(here);
      return Ran::kBreakpoint;
    }
    const bool has_just_come = ran == Ran::kInterrupted && here.address != course.probed;
    if (!has_just_come || heed != Breakpoints::kHeed || has_landed(task, course)) return ran;
    stopped_by_ = sites_.come_to(here, task.registers, *task.stopped);
    return stopped_by_.empty() ? ran : Ran::kBreakpoint;
  }
}

/// Whether the task stands where it is to land. That comes before any breakpoint there, which it
/// comes to when it goes on from the landing.
bool Replayer::has_landed(const ReplayedTask& task, const Course& course) const {
  return course.landing && !needs_to_run(task);
}

/// Where a task stands at a breakpoint that does not stop it, and until it stands at none.
/// @return what it came to meanwhile; empty if it can go on
Result<std::optional<Replayer::Ran>> Replayer::pass_breakpoints(ReplayedTask& task,
                                                                Course& course) {
  bool has_stepped = false;
  while (true) {
    const Breakpoint here{task.stream, RemoteAddress(task.registers.rip)};
    if (has_stepped && has_landed(task, course)) return Ran::kStepped;
    if (!sites_.contains(here)) return std::nullopt;
    if (left_to_user_ == Place{task.tid, here.address}) {
      left_to_user_.reset();
    } else {
      stopped_by_ = sites_.come_to(here, task.registers, *task.stopped);
      if (!stopped_by_.empty()) return Ran::kBreakpoint;
      ++course.passed[here.address];
      if (is_interrupted()) return Ran::kInterrupted;
      if (course.limit && course.limit->is_over()) return Ran::kOverdue;
    }
    const Ran ran = TRY(step_over(task));
    if (ran != Ran::kStepped) return ran;
    has_stepped = true;
  }
}

/// The instruction that the task stands at, all rounds of it.
Result<Replayer::Ran> Replayer::step_over(ReplayedTask& task) {
  const RemoteAddress instruction(task.registers.rip);
  std::array<std::byte, kMostInstructionBytes> code{};
  const RemoteRange readable = readable_part(*task.stopped, {instruction, code.size()});
  TRY(task.stopped->read(instruction, MutableBytes(code).first(readable.size)));
  const bool repeats = is_repeated(ByteView(code).first(readable.size));
  while (true) {
    const Ran ran = TRY(step_task(task));
    if (ran != Ran::kStepped || !repeats || task.registers.rip != instruction.value()) return ran;
    if (is_interrupted()) return Ran::kInterrupted;
  }
}

/// @return kBreakpoint: the task has come to one that is no probe, and that has not been counted
Result<Replayer::Ran> Replayer::run_on(ReplayedTask& task, Breakpoints heed, Course& course) {
  const bool heeds = heed == Breakpoints::kHeed;
  // The user has stepped into instructions that are patched away: on they go.
  const RemoteAddress start(task.registers.rip);
  if (task.memory->is_inside_patch(start)) TRY(task.memory->uncover(*task.stopped, start));
  course.probed.reset();
  // Before the breakpoints are in: its stub has the instructions that they stand for.
  if (course.landing) {
    TRY(task.stopped->put_probe(*course.landing));
  } else if (const auto probe = probe_of_busiest(task.stream, course)) {
    TRY(task.memory->uncover(*task.stopped, probe->at));
    TRY(task.stopped->put_probe(*probe));
    course.probed = probe->at;
  }
  if (heeds) TRY(sites_.put_in(*task.stopped, task.stream, *task.memory, course.probed));
  const Ran ran = TRY(resume_and_wait(task, Run{}, course.limit ? &*course.limit : nullptr));
  if (heeds) TRY(sites_.take_out(*task.stopped));
  if (course.landing || course.probed) {
    const ProbeCounts counts = TRY(task.stopped->take_probe());
    if (course.probed) {
      sites_.note({task.stream, *course.probed}, counts);
      course.passed[*course.probed] += counts.hits;
    }
  }
  TRY(task.memory->cover(*task.stopped));
  if (ran == Ran::kInterrupted || ran == Ran::kOverdue) {
    const std::uint64_t before = task.registers.rip;
    const Ran left = TRY(leave_mecrr(task));
    if (task.registers.rip != before) course.probed.reset();  // it has not been counted there
    return left == Ran::kInterrupted ? ran : left;
  }
  if (ran != Ran::kStopped || !is_breakpoint_trap(*task.stop)) return ran;
  const RemoteAddress before(task.registers.rip - 1);
  if (!heeds || !sites_.was_in(before)) {
    leave_trap(task);
    return ran;
  }
  task.registers.rip = before.value();
  task.registers_changed = true;
  task.stop.reset();
  task.stand = Stand::kInCode;
  return Ran::kBreakpoint;
}

/// Of the breakpoints that the task has passed.
std::optional<Probe> Replayer::probe_of_busiest(StreamId stream, const Course& course) const {
  std::optional<Probe> busiest;
  std::uint64_t most = 0;
  for (const auto& [address, times] : course.passed) {
    if (times <= most) continue;
    if (auto probe = sites_.probe({stream, address})) {
      busiest = std::move(probe);
      most = times;
    }
  }
  return busiest;
}

}  // namespace mecrr
