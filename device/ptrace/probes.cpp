// Probes (device/probe.h): put, taken, and in the program's code while a task runs. It is changed
// when a task is resumed, and changed back before its next stop is reported. So what is read,
// written, mapped and forked in between is the program's alone.
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "device/agent/state.h"
#include "device/ptrace/proc.h"
#include "device/ptrace/ptrace_device.h"
#include "device/ptrace/requests.h"

namespace mecrr {
namespace {

using Armed = ptrace::ProbeInForce::Armed;

constexpr std::byte kInt3{0xcc};
constexpr std::uint64_t kPage = 0x1000;

Result<void> check(const Probe& probe) {
  if (probe.words.size() > kMaxProbeWords) return fail("a probe of {} words", probe.words.size());
  if (probe.registers.size() > kMaxProbeRegisters)
    return fail("a probe of {} registers", probe.registers.size());
  for (const Probe::RegisterIs& wanted : probe.registers)
    if (wanted.number >= kMaxProbeRegisters) return fail("a probe of register {}", wanted.number);
  for (const Probe::WordIs& wanted : probe.words)
    if (wanted.bytes != 1 && wanted.bytes != 2 && wanted.bytes != 4 && wanted.bytes != 8)
      return fail("a probe of {} bytes", wanted.bytes);
  return {};
}

/// Of a call that is performed: the memory whose mapping it changes, if that is known before.
RemoteRange changed_by(const SystemCall& call) {
  const auto& a = call.arguments;
  switch (call.number) {
    case SYS_mmap:
    case SYS_munmap:
    case SYS_mprotect:
    case SYS_madvise:
      return {RemoteAddress(a[0]), a[1]};
    case SYS_mremap:
      return (a[3] & MREMAP_FIXED) != 0 ? RemoteRange{RemoteAddress(a[4]), a[2]}
                                        : RemoteRange{RemoteAddress(a[0]), std::max(a[1], a[2])};
    default:
      return {};
  }
}

}  // namespace

Result<ProbeKind> PtraceDevice::put_probe(Tid tid, const Probe& probe) {
  const Tracee& tracee = *TRY(find(tid));
  if (tracee.mode != Mode::kAnswering) return fail("a probe in a task that is recorded");
  if (tracee.probes->in_force) return fail("task {} has a probe already", tid);
  TRY(check(probe));
  agent::ProbeState counts{};
  counts.skip = probe.skip;
  TRY(write(tid, ptrace::kProbeState, object_bytes(counts)));
  auto placed = TRY(place_probe_stub(tid, probe));
  const ProbeKind kind = placed ? ProbeKind::kJump : ProbeKind::kTrap;
  tracee.probes->in_force = std::make_unique<ptrace::ProbeInForce>(
      ptrace::ProbeInForce{.probe = probe, .placed = std::move(placed)});
  return kind;
}

Result<ProbeCounts> PtraceDevice::take_probe(Tid tid) {
  Tracee& tracee = *TRY(find(tid));
  if (!has_probe(tracee)) return fail("task {} has no probe", tid);
  TRY(disarm_probe(tid, *tracee.probes->in_force));
  TRY(remove_probe_stub(tid, *tracee.probes->in_force));
  tracee.probes->in_force.reset();
  agent::ProbeState counts{};
  TRY(read(tid, ptrace::kProbeState, object_bytes(counts)));
  return ProbeCounts{.hits = counts.hits, .matches = counts.matches};
}

bool PtraceDevice::has_probe(const Tracee& tracee) {
  return tracee.probes && tracee.probes->in_force != nullptr;
}

// ---- the stub

/// Null if the code there, or the memory around it, allows none.
Result<std::unique_ptr<ptrace::PlacedStub>> PtraceDevice::place_probe_stub(Tid tid,
                                                                           const Probe& probe) {
  std::array<std::byte, ProbeWindow::kMostBytes> code{};
  const RemoteRange readable = readable_part(StoppedTask(*this, tid), {probe.at, code.size()});
  TRY(read(tid, probe.at, MutableBytes(code).first(readable.size)));
  const auto window = ProbeWindow::of(ByteView(code).first(readable.size));
  if (!window) return nullptr;
  std::vector<RemoteRange> taken;
  for (const ptrace::MappedRange& mapping : TRY(ptrace::mapped(tid)))
    taken.push_back(mapping.range);
  const RemoteRange changed{probe.at, window->size()};
  // Beyond the end of a mapping memory may not be executable.
  if (std::ranges::none_of(taken, [&](RemoteRange range) { return range.contains(changed); }))
    return nullptr;
  for (const RemoteAddress place : probe_stub_places(probe.at, taken, kMostProbeStubBytes)) {
    auto stub = emit(probe, *window, place);
    if (!stub) continue;
    const RemoteAddress start = place.rounded_down(kPage);
    const RemoteRange pages{start, stub->range().end().rounded_up(kPage) - start};
    if (!TRY(map_probe_stub(tid, pages))) continue;
    TRY(write(tid, place, stub->code));
    return std::make_unique<ptrace::PlacedStub>(
        ptrace::PlacedStub{.stub = *std::move(stub),
                           .mapped = pages,
                           .original = to_bytes(window->code()),
                           .jump = jump_to_stub(probe.at, place)});
  }
  return nullptr;
}

/// For this address space only: a fork's child has no probe.
Result<bool> PtraceDevice::map_probe_stub(Tid tid, RemoteRange pages) {
  const std::uint64_t start = pages.start.value();
  const std::int64_t mapped = TRY(
      perform(tid, {SYS_mmap,
                    {start, pages.size, PROT_READ | PROT_EXEC,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, ~std::uint64_t{0}, 0}}));
  if (mapped != static_cast<std::int64_t>(start)) return false;
  return TRY(perform(tid, {SYS_madvise, {start, pages.size, MADV_DONTFORK}})) == 0;
}

Result<void> PtraceDevice::remove_probe_stub(Tid tid, ptrace::ProbeInForce& in_force) {
  const auto placed = std::exchange(in_force.placed, nullptr);
  if (!placed) return {};
  const RemoteRange pages = placed->mapped;
  TRY(perform(tid, {SYS_munmap, {pages.start.value(), pages.size}}));
  return {};
}

/// The probe is an int3 from now on, where its stub is in the way of what the program maps.
Result<void> PtraceDevice::make_way(Tid tid, const Tracee& tracee, const SystemCall& call) {
  if (!has_probe(tracee) || !tracee.probes->in_force->placed) return {};
  ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  return changed_by(call).overlaps(in_force.placed->mapped) ? remove_probe_stub(tid, in_force)
                                                            : Result<void>{};
}

// ---- resumed

Result<void> PtraceDevice::run_with_probe(Tid tid, Tracee& tracee) {
  ptrace::ProbeInForce& in_force = *tracee.probes->in_force;
  TRY(disarm_probe(tid, in_force));
  Registers registers = TRY(ptrace::registers(tid));
  const RemoteAddress rip(registers.rip);
  const bool can_jump = TRY(is_as_planned(tid, in_force));
  const RemoteRange overwritten{in_force.probe.at, can_jump ? in_force.placed->jump.size() : 1};
  if (overwritten.contains(rip)) {
    const auto in_stub = can_jump ? in_force.placed->stub.in_stub(rip) : std::nullopt;
    if (!in_stub) return step_with_probe(tid, tracee);
    registers.rip = in_stub->value();
    registers.orig_rax = kNoCall;
    TRY(ptrace::set_registers(tid, registers));
  }
  TRY(arm_probe(tid, in_force, can_jump ? Armed::kJump : Armed::kTrap));
  return ptrace::resume(tid, ptrace::Resume::kEmulate, 0);
}

/// Executes one instruction, while the program's code is as it was.
Result<void> PtraceDevice::step_with_probe(Tid tid, Tracee& tracee) {
  tracee.steps_over_probe = ptrace::step_from(TRY(ptrace::registers(tid)));
  return ptrace::resume(tid, ptrace::Resume::kEmulatingSingleStep, 0);
}

/// Whether the code is what the stub has been made of: a breakpoint may stand in it, the program
/// may have changed it.
Result<bool> PtraceDevice::is_as_planned(Tid tid, const ptrace::ProbeInForce& in_force) {
  if (!in_force.placed) return false;
  std::array<std::byte, ProbeWindow::kMostBytes> code{};
  const MutableBytes now = MutableBytes(code).first(in_force.placed->original.size());
  auto there = read(tid, in_force.probe.at, now);
  if (!there && there.error().code == EFAULT) return false;
  TRY(there);
  return equal(now, in_force.placed->original);
}

/// Where nothing is mapped, no task comes to.
Result<void> PtraceDevice::arm_probe(Tid tid, ptrace::ProbeInForce& in_force, Armed how) {
  const Bytes armed = how == Armed::kJump ? in_force.placed->jump : Bytes{kInt3};
  in_force.original.resize(armed.size());
  auto there = read(tid, in_force.probe.at, in_force.original);
  if (!there && there.error().code == EFAULT) return {};
  TRY(there);
  TRY(write(tid, in_force.probe.at, armed));
  in_force.armed = how;
  return {};
}

// ---- stopped

/// What the program has changed meanwhile stays as it is.
Result<void> PtraceDevice::disarm_probe(Tid tid, ptrace::ProbeInForce& in_force) {
  const Armed armed = std::exchange(in_force.armed, Armed::kNo);
  if (armed == Armed::kNo) return {};
  const Bytes ours = armed == Armed::kJump ? in_force.placed->jump : Bytes{kInt3};
  Bytes now(ours.size());
  auto there = read(tid, in_force.probe.at, now);
  if (!there && there.error().code == EFAULT) return {};
  TRY(there);
  for (std::size_t i = 0; i < now.size(); ++i)
    if (now[i] == ours[i]) now[i] = in_force.original[i];
  return write(tid, in_force.probe.at, now);
}

/// The task has ended. If it was the one that ran, others of its memory are as they were.
Result<void> PtraceDevice::leave_probe(Tid tid, const Tracee& tracee) {
  if (!has_probe(tracee)) return {};
  for (const auto& [other, tracee_there] : tracees_) {
    if (other == tid || tracee_there.probes != tracee.probes) continue;
    auto disarmed = disarm_probe(other, *tracee.probes->in_force);
    if (disarmed || disarmed.error().code != ESRCH) return disarmed;
  }
  return {};
}

}  // namespace mecrr
