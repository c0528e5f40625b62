// The agent, from outside: putting it into address spaces, reading what it has logged, getting
// tasks out of it, leading call sites to it. What it is: device/agent/state.h.
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "base/bytes.h"
#include "base/check.h"
#include "base/files.h"
#include "device/agent/code.h"
#include "device/calls/errno_names.h"
#include "device/patching/patch_window.h"
#include "device/ptrace/proc.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"

namespace mecrr {
namespace {

using agent::AgentState;

constexpr RemoteAddress kStateAddress{agent::kState};
constexpr RemoteAddress kCodeAddress{agent::kCode};

constexpr std::uint64_t bit_of(int signal) { return std::uint64_t{1} << (signal - 1); }

constexpr RemoteAddress member(std::size_t offset) { return kStateAddress + offset; }

/// What the device looks at on each stop: the beginning of AgentState.
struct Doings {
  std::uint64_t mode;
  std::uint64_t stop_requested;
  std::uint64_t log_used;
  std::byte more[offsetof(AgentState, abandoned) - 3 * sizeof(std::uint64_t)];
  std::uint64_t abandoned;
};
static_assert(offsetof(Doings, log_used) == offsetof(AgentState, log_used));
static_assert(offsetof(Doings, abandoned) == offsetof(AgentState, abandoned));

/// What it then resets: two neighbours in there.
struct Pending {
  std::uint64_t stop_requested;
  std::uint64_t log_used;
};
static_assert(offsetof(AgentState, log_used) ==
              offsetof(AgentState, stop_requested) + sizeof(std::uint64_t));
constexpr RemoteAddress kPending = member(offsetof(AgentState, stop_requested));

/// The head of the agent's code.
const agent::CodeHead& head() {
  static const agent::CodeHead copy = agent::code_head();
  return copy;
}

/// A call that a signal has interrupted and the kernel would make again by itself.
bool is_restarting(const Registers& registers) {
  const auto result = static_cast<std::int64_t>(registers.rax);
  return result <= -calls::kRestartSys && result >= -calls::kRestartRestartBlock;
}

Result<void> check(std::int64_t result, const char* doing, Tid tid) {
  if (!calls::is_error(result)) return {};
  return fail_with_code(static_cast<int>(-result), "{} the agent of task {}", doing, tid);
}

}  // namespace

// ---- coming and going

Result<void> PtraceDevice::install_agent(Tid tid, Tracee& tracee) {
  tracee.agent = std::make_shared<ptrace::AgentSpace>();
  tracee.agent->stubs.push_back(
      {.range = {RemoteAddress(agent::kLowStubs), agent::kEnd - agent::kLowStubs}});
  // The page's mapping reaches over all of it (install_page()), readable and executable.
  constexpr std::uint64_t kData = agent::kLowStubs - agent::kState;
  TRY(write(tid, kCodeAddress, agent::code()));
  TRY(check(TRY(perform(tid, {SYS_mprotect, {agent::kState, kData, PROT_READ | PROT_WRITE}})),
            "setting up", tid));
  TRY(check(TRY(perform(tid, {SYS_madvise, {agent::kState, kData, MADV_WIPEONFORK}})), "setting up",
            tid));
  AgentState state{};
  return start_agent(tid, *tracee.agent, state);
}

/// @param state  what the agent knows of descriptors
Result<void> PtraceDevice::start_agent(Tid tid, const ptrace::AgentSpace& space,
                                       AgentState& state) {
  state.mode = space.is_off ? agent::Mode::kOff : agent::Mode::kRecord;
  state.stop_requested = 0;
  state.log_used = 0;
  state.log_bytes = agent::kLogBytes;
  state.descriptors_known = space.knows_descriptors() ? 1 : 0;
  return write(tid, kStateAddress, object_bytes(state));
}

/// `parent` has made `child`, whose first stop has not been looked at.
Result<void> PtraceDevice::inherit_agent(Tid parent_tid, const Tracee& parent, Tracee& child,
                                         std::uint64_t flags) {
  if (!parent.agent) return {};
  const bool same_memory = (flags & CLONE_VM) != 0;
  const bool same_descriptors = (flags & CLONE_FILES) != 0;
  if (same_memory) {
    child.agent = parent.agent;
    if (same_descriptors && !parent.has_own_descriptors) return {};
    child.has_own_descriptors = true;
    ++child.agent->foreign_tables;
    return tell_descriptors_known(parent_tid, *parent.agent);
  }
  if (same_descriptors) {
    parent.agent->descriptors_unknown = true;
    TRY(tell_descriptors_known(parent_tid, *parent.agent));
  }
  child.agent = std::make_shared<ptrace::AgentSpace>(*parent.agent);
  child.agent->foreign_tables = 0;
  child.inherited = std::make_unique<AgentState>();
  TRY(read(parent_tid, kStateAddress, object_bytes(*child.inherited)));
  // What is known may be about the descriptors of others that use the parent's memory.
  if (!parent.agent->knows_descriptors())
    std::ranges::fill(child.inherited->descriptors, agent::Descriptor::kUnknown);
  return {};
}

/// A fork's child is at its first stop: the kernel has wiped its agent's memory.
Result<void> PtraceDevice::born_with_agent(Tid tid, Tracee& tracee) {
  const auto inherited = std::exchange(tracee.inherited, nullptr);
  if (!inherited) return {};
  return start_agent(tid, *tracee.agent, *inherited);
}

/// The task is about to leave its address space, or has: by an exec, or by its end.
Result<void> PtraceDevice::leave_agent(Tid tid, Tracee& tracee) {
  const auto space = std::exchange(tracee.agent, nullptr);
  if (!space || !std::exchange(tracee.has_own_descriptors, false)) return {};
  --space->foreign_tables;
  const auto other = std::ranges::find_if(tracees_, [&](const auto& entry) {
    return entry.first != tid && entry.second.agent == space;
  });
  if (other == tracees_.end()) return {};
  auto told = tell_descriptors_known(other->first, *space);
  if (!told && told.error().code == ESRCH) return {};  // it is on its way out, too
  return told;
}

Result<void> PtraceDevice::tell_descriptors_known(Tid tid, const ptrace::AgentSpace& space) {
  const std::uint64_t known = space.knows_descriptors() ? 1 : 0;
  return write(tid, member(offsetof(AgentState, descriptors_known)), object_bytes(known));
}

/// From now on every call of the process is to be seen by ptrace.
Result<void> PtraceDevice::turn_agent_off(Tid tid, Tracee& tracee) {
  if (!tracee.agent || std::exchange(tracee.agent->is_off, true)) return {};
  const auto off = agent::Mode::kOff;
  return write(tid, member(offsetof(AgentState, mode)), object_bytes(off));
}

// ---- what it did

/// Puts what the agent has logged into the report; its log is empty afterwards. For tasks that ran
/// the program's code: of others that share the memory, one may be writing to the log. So may the
/// task itself, if a signal has stopped it there: then the log is left to its next stop.
Result<void> PtraceDevice::take_calls(const Tracee& tracee, Report& into) {
  if (!tracee.agent) return {};
  const Tid tid = into.tid;
  const bool anywhere =
      std::holds_alternative<Signaled>(into.stop) || std::holds_alternative<Halted>(into.stop);
  if (anywhere && agent::is_in_call(TRY(ptrace::registers(tid)).rip)) return {};
  Doings doings{};
  TRY(read(tid, kStateAddress, object_bytes(doings)));
  if (doings.log_used > agent::kLogBytes) {
    return fail("task {} has written over mecrr's own memory at {:#x}", tid, agent::kState);
  }
  into.abandoned = static_cast<agent::Abandoned>(doings.abandoned);
  into.calls.resize(doings.log_used);
  if (!into.calls.empty()) TRY(read(tid, RemoteAddress(agent::kLog), into.calls));
  const agent::Abandoned never = agent::Abandoned::kNever;
  if (into.abandoned != never)
    TRY(write(tid, member(offsetof(AgentState, abandoned)), object_bytes(never)));
  if (doings.log_used == 0 && doings.stop_requested == 0) return {};
  const Pending none{};
  return write(tid, kPending, object_bytes(none));
}

Result<void> PtraceDevice::request_stop(Tid tid) {
  const auto found = tracees_.find(tid);
  if (found == tracees_.end() || !found->second.agent) return {};
  const std::uint64_t yes = 1;
  auto written = write(tid, kPending, object_bytes(yes));
  if (!written && written.error().code == ESRCH) return {};
  return written;
}

// ---- out of it

/// A task that is recorded has stopped by a signal. Nothing is reported inside the agent, where no
/// handler may run: the task either leaves it for its own `syscall`, or finishes its call first.
Result<PtraceDevice::AtSignal> PtraceDevice::leave_agent_at_signal(Tid tid, Tracee& tracee,
                                                                   const siginfo_t& info) {
  Registers registers = TRY(ptrace::registers(tid));
  if (!agent::is_in_call(registers.rip) || TRY(is_in_counter(tid))) {
    TRY(report_outside_of_stub(tid, tracee, info, registers));
    return AtSignal::kReported;
  }
  const bool is_trap = info.si_signo == SIGTRAP && info.si_code == SI_KERNEL;
  const bool is_fault = info.si_code > 0 && (info.si_signo == SIGSEGV || info.si_signo == SIGBUS);
  const bool waits = registers.rip == head().behind_call && is_restarting(registers);
  registers.orig_rax = kNoCall;
  if (is_trap && registers.rip == head().behind_trap && !tracee.deferred.empty()) {
    const std::uint64_t no = 0;
    TRY(write(tid, member(offsetof(AgentState, stop_behind_call)), object_bytes(no)));
    registers.rip = registers.rcx;
    TRY(ptrace::set_registers(tid, registers));
    return AtSignal::kBehindCall;
  }
  if (!is_fault && !waits) return defer_signal(tid, tracee, info, registers);
  registers.rip = head().abandon;
  TRY(ptrace::set_registers(tid, registers));
  return is_fault ? AtSignal::kGoesOn : AtSignal::kReported;
}

/// What is called inside of the agent is called for an rdtsc.
Result<bool> PtraceDevice::is_in_counter(Tid tid) {
  std::uint64_t is = 0;
  TRY(read(tid, member(offsetof(AgentState, in_counter)), object_bytes(is)));
  return is != 0;
}

/// The signal may be one that the call has raised, as a write to a broken pipe does, and is to be
/// seen by the program before what comes behind the call.
Result<PtraceDevice::AtSignal> PtraceDevice::defer_signal(Tid tid, Tracee& tracee,
                                                          const siginfo_t& info,
                                                          Registers registers) {
  constexpr std::uint64_t kTrapBit = std::uint64_t{1} << (SIGTRAP - 1);
  if (TRY(disposition(tid, info.si_signo)) != Disposition::kHandled) return AtSignal::kReported;
  // An int3 while SIGTRAP is blocked would change what the program has asked for on SIGTRAP.
  if ((TRY(ptrace::signal_mask(tid)) & kTrapBit) != 0) return AtSignal::kReported;
  tracee.deferred.push_back(meant(tracee, info));
  const std::uint64_t yes = 1;
  TRY(write(tid, member(offsetof(AgentState, stop_behind_call)), object_bytes(yes)));
  if (registers.rip >= head().leaving && registers.rip < head().left) {
    registers.rip = head().trap;  // it has looked already; all that it needs is in AgentState
    TRY(ptrace::set_registers(tid, registers));
  }
  return AtSignal::kGoesOn;
}

/// Whether this is the agent's call by which it tells of another that it has made. The task then
/// stands behind that one. What was deferred comes as soon as it goes on.
Result<bool> PtraceDevice::tells(Tid tid, Tracee& tracee, const Registers& at_call) {
  if (at_call.rip != head().behind_tell) return false;
  struct {
    std::uint64_t rax, rbx, rcx;
  } kept{};
  static_assert(offsetof(AgentState, rcx) == offsetof(AgentState, rax) + 2 * sizeof kept.rax);
  TRY(read(tid, member(offsetof(AgentState, rax)), object_bytes(kept)));
  Registers registers = at_call;
  registers.orig_rax = kNoCall;
  registers.rax = kept.rax;
  registers.rcx = registers.rip = kept.rcx;
  TRY(ptrace::set_registers(tid, registers));
  TRY(send_deferred(tid, tracee));
  return true;
}

/// The task has left the agent, and what was deferred comes now: as soon as it goes on, or with the
/// call that it stands at.
Result<void> PtraceDevice::send_deferred(Tid tid, Tracee& tracee) {
  if (tracee.deferred.empty()) return {};
  for (const siginfo_t& info : std::exchange(tracee.deferred, {})) TRY(send(tid, tracee, info));
  const std::uint64_t no = 0;
  return write(tid, member(offsetof(AgentState, stop_behind_call)), object_bytes(no));
}

Result<void> PtraceDevice::expel(Tid tid) {
  const auto found = tracees_.find(tid);
  if (found == tracees_.end() || !found->second.agent) return {};
  return interrupt(tid, found->second, Interruption::kExpel);
}

Result<void> PtraceDevice::pause(Tid tid) {
  const auto found = tracees_.find(tid);
  if (found == tracees_.end()) return {};
  return interrupt(tid, found->second, Interruption::kPause);
}

// A task that has stopped meanwhile would be interrupted in its next call.
Result<void> PtraceDevice::interrupt(Tid tid, Tracee& tracee, Interruption what_for) {
  if (TRY(ptrace::has_stopped(tid))) return {};
  auto interrupted = ptrace::interrupt(tid);
  if (!interrupted && interrupted.error().code != ESRCH) return interrupted;
  if (interrupted) tracee.interruption = what_for;
  return {};
}

/// The stop that interrupt() has asked for.
Result<std::optional<Stop>> PtraceDevice::interrupted(Tid tid, Tracee& tracee) {
  const Interruption what_for = std::exchange(tracee.interruption, Interruption::kNone);
  if (tracee.phase == Phase::kStepping) {
    // The trap that the step ends with comes next, even if the instruction has been executed.
    if (what_for == Interruption::kPause) TRY(request_stop(tid));
    const auto how = tracee.mode == Mode::kAnswering ? ptrace::Resume::kEmulatingSingleStep
                                                     : ptrace::Resume::kSingleStep;
    TRY(ptrace::resume(tid, how, 0));
    return std::nullopt;
  }
  Registers registers = TRY(ptrace::registers(tid));
  const bool is_inside = tracee.agent && tracee.agent->contains(RemoteAddress(registers.rip));
  if (tracee.agent && registers.rip == head().behind_call && is_restarting(registers)) {
    registers.rip = head().abandon;
    registers.orig_rax = kNoCall;
    TRY(ptrace::set_registers(tid, registers));
  }
  // An interrupt comes before a fault that the last instruction has raised, an int3 say: then the
  // task is between instructions, and stops by the fault as soon as it goes on.
  constexpr std::uint64_t kFaults =
      bit_of(SIGSEGV) | bit_of(SIGBUS) | bit_of(SIGFPE) | bit_of(SIGILL) | bit_of(SIGTRAP);
  const bool has_fault =
      what_for == Interruption::kPause && (TRY(ptrace::pending_signals(tid)) & kFaults) != 0;
  if (what_for == Interruption::kPause && !has_fault) {
    if (!is_inside && tracee.phase == Phase::kRunning) return Paused{};
    TRY(request_stop(tid));
  }
  TRY(run(tid, tracee));  // it may be in a call by now whose return is to be reported
  return std::nullopt;
}

// ---- call sites

Result<std::optional<Patch>> PtraceDevice::patch(Tid tid, const PatchWindow& window,
                                                 RemoteAddress site) {
  Tracee& tracee = *TRY(find(tid));
  if (!tracee.agent || tracee.agent->is_off) return std::nullopt;
  ptrace::StubBlock* block = TRY(stub_block(tid, *tracee.agent, site, window.stub_bytes()));
  if (block == nullptr) return std::nullopt;
  const PatchPlace place{.site = site, .stub = block->range.start + block->used};
  const auto patch = emit(window, place);
  if (!patch) return std::nullopt;
  block->used += (patch->stub_code.size() + 7) & ~std::size_t{7};
  TRY(write(tid, patch->stub, patch->stub_code));
  TRY(write(tid, patch->site, patch->code));
  tracee.agent->patched.insert_or_assign(place.stub, ptrace::PatchedSite{window, place});
  if (window.is_led_first()) tracee.agent->counters.insert_or_assign(place.site, place.stub);
  return *patch;
}

/// Where an instruction of the program is executed now: in a stub, if it is behind an rdtsc that
/// leads there.
Result<RemoteAddress> PtraceDevice::present_address(Tid tid, const ptrace::AgentSpace& space,
                                                    RemoteAddress instruction) {
  const auto above = space.counters.upper_bound(instruction);
  if (above == space.counters.begin()) return instruction;
  const ptrace::PatchedSite& site = space.patched.at(std::prev(above)->second);
  const auto moved = stub_address(site.window, site.place, instruction);
  if (!moved) return instruction;
  // The program may have put something else there since.
  std::array<std::byte, PatchWindow::kJumpBytes> there{};
  TRY(read(tid, site.place.site, there));
  const auto patch = emit(site.window, site.place);
  const bool leads_there = patch && equal(ByteView(patch->code).first(there.size()), there);
  return leads_there ? *moved : instruction;
}

Result<void> PtraceDevice::tell_counter(Tid tid, const agent::CounterScale& scale) {
  const Tracee& tracee = *TRY(find(tid));
  if (!tracee.agent || tracee.agent->is_off) return {};
  return write(tid, member(offsetof(AgentState, counter)), object_bytes(scale));
}

Result<bool> PtraceDevice::answer_cpuid(Tid tid, const agent::CpuidTable& table) {
  const Tracee& tracee = *TRY(find(tid));
  if (!tracee.agent || tracee.agent->is_off) return false;
  MECRR_CHECK(table.count <= agent::kMaxCpuidRows, "{} rows", table.count);
  const std::size_t used =
      offsetof(agent::CpuidTable, rows) + table.count * sizeof(agent::CpuidRow);
  TRY(write(tid, RemoteAddress(agent::kCpuidTable), object_bytes(table).first(used)));
  return true;
}

/// A fault inside of a stub is one of the program's own instruction, at its own address.
Result<void> PtraceDevice::report_outside_of_stub(Tid tid, const Tracee& tracee,
                                                  const siginfo_t& info, Registers registers) {
  // Timers' signals have SI_KERNEL, too, and may find the task anywhere in the stub.
  static constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
  if (info.si_code <= 0 || std::ranges::find(kFaults, info.si_signo) == std::end(kFaults))
    return {};
  const RemoteAddress rip(registers.rip);
  auto behind = tracee.agent->patched.upper_bound(rip);
  if (behind == tracee.agent->patched.begin()) return {};
  const ptrace::PatchedSite& site = std::prev(behind)->second;
  if (rip - site.place.stub >= site.window.stub_bytes()) return {};
  const auto address = program_address(site.window, site.place, rip);
  if (!address) return {};
  registers.rip = address->value();
  return ptrace::set_registers(tid, registers);
}

namespace {

/// What a `jmp` reaches, with room to spare for the window and the stub.
constexpr std::uint64_t kReach = 0x7ff0'0000;

bool is_near(RemoteRange block, RemoteAddress code) {
  const auto distance = [](std::uint64_t a, std::uint64_t b) { return a < b ? b - a : a - b; };
  return distance(block.start.value(), code.value()) < kReach &&
         distance(block.end().value(), code.value()) < kReach;
}

}  // namespace

/// One with room, near enough to the code; null if there is none.
Result<ptrace::StubBlock*> PtraceDevice::stub_block(Tid tid, ptrace::AgentSpace& space,
                                                    RemoteAddress code, std::uint64_t bytes) {
  for (ptrace::StubBlock& block : space.stubs) {
    if (block.room() >= bytes && is_near(block.range, code)) return &block;
  }
  constexpr std::uint64_t kBytes = ptrace::StubBlock::kBytes;
  const std::optional<RemoteAddress> gap = TRY(ptrace::find_gap(tid, code, kBytes, kReach));
  if (!gap) return nullptr;
  const std::int64_t result = TRY(
      perform(tid, {SYS_mmap,
                    {gap->value(), kBytes, PROT_READ | PROT_EXEC,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, ~std::uint64_t{0}, 0}}));
  if (result != static_cast<std::int64_t>(gap->value())) return nullptr;
  return &space.stubs.emplace_back(ptrace::StubBlock{.range = {*gap, kBytes}});
}

// ---- descriptors

Result<agent::Descriptor> PtraceDevice::descriptor(Tid tid, int number) {
  const Tracee& tracee = *TRY(find(tid));
  auto is = agent::Descriptor::kUnknown;
  if (tracee.agent && tracee.agent->knows_descriptors() && number >= 0 &&
      static_cast<std::size_t>(number) < agent::kDescriptors) {
    TRY(read(tid, member(offsetof(AgentState, descriptors)) + static_cast<std::uint64_t>(number),
             object_bytes(is)));
  }
  return is;
}

Result<void> PtraceDevice::set_descriptor(Tid tid, int number, agent::Descriptor is) {
  const Tracee& tracee = *TRY(find(tid));
  if (!tracee.agent || !tracee.agent->knows_descriptors() || number < 0 ||
      static_cast<std::size_t>(number) >= agent::kDescriptors) {
    return {};
  }
  return write(tid, member(offsetof(AgentState, descriptors)) + static_cast<std::uint64_t>(number),
               object_bytes(is));
}

Result<std::vector<int>> PtraceDevice::written_files(Tid tid) {
  const Tracee& tracee = *TRY(find(tid));
  std::vector<int> numbers;
  if (!tracee.agent || !tracee.agent->knows_descriptors()) return numbers;
  std::array<agent::Descriptor, agent::kDescriptors> all;
  TRY(read(tid, member(offsetof(AgentState, descriptors)), object_bytes(all)));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == agent::Descriptor::kWrittenFile) numbers.push_back(static_cast<int>(i));
  }
  return numbers;
}

Result<void> PtraceDevice::order_outputs(Tid tid, OutputCalls outputs) {
  const Tracee& tracee = *TRY(find(tid));
  if (!tracee.agent) return {};
  const std::uint64_t stop = outputs == OutputCalls::kStop ? 1 : 0;
  return write(tid, member(offsetof(AgentState, outputs_are_stops)), object_bytes(stop));
}

Result<void> PtraceDevice::know_files(Tid tid, std::span<const agent::KnownFile> files) {
  const Tracee& tracee = *TRY(find(tid));
  if (!tracee.agent || tracee.agent->is_off || !tracee.agent->know(files)) return {};
  const std::vector<agent::KnownFile>& known = tracee.agent->known_files;
  TRY(write(tid, member(offsetof(AgentState, known_files)), std::as_bytes(std::span(known))));
  const std::uint64_t count = known.size();
  return write(tid, member(offsetof(AgentState, known_file_count)), object_bytes(count));
}

Result<void> PtraceDevice::note_mapped_file(Tid tid, std::uint64_t inode) {
  const Tracee& tracee = *TRY(find(tid));
  if (!tracee.agent) return {};
  const std::uint64_t bit = inode % agent::kMappedBits;
  const RemoteAddress at = member(offsetof(AgentState, mapped_files)) + bit / 8;
  std::uint8_t byte = 0;  // nobody else writes it
  TRY(read(tid, at, object_bytes(byte)));
  byte = static_cast<std::uint8_t>(byte | 1U << bit % 8);
  return write(tid, at, object_bytes(byte));
}

/// A call that is a stop is about to change what descriptors mean.
Result<void> PtraceDevice::note_descriptors(Tid tid, Tracee& tracee, const SystemCall& call) {
  if (!tracee.agent) return {};
  const auto forget = [&](std::uint64_t number) {
    return set_descriptor(tid, static_cast<int>(number), agent::Descriptor::kUnknown);
  };
  const auto unshare = [&] {
    tracee.agent->descriptors_unknown = true;
    return tell_descriptors_known(tid, *tracee.agent);
  };
  switch (call.number) {
    case SYS_close:
      return forget(call.arguments[0]);
    case SYS_dup2:
    case SYS_dup3:
      return forget(call.arguments[1]);
    case SYS_close_range: {
      if ((call.arguments[2] & CLOSE_RANGE_UNSHARE) != 0) return unshare();
      if (!tracee.agent->knows_descriptors()) return {};
      const Bytes unknown(agent::kDescriptors);
      return write(tid, member(offsetof(AgentState, descriptors)), unknown);
    }
    case SYS_unshare:
      return (call.arguments[0] & CLONE_FILES) != 0 ? unshare() : Result<void>{};
    default:
      return {};
  }
}

}  // namespace mecrr
