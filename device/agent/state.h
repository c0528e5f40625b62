// What the agent, which lives in every tracee, shares with the device outside: where it is, what it
// is told, what it tells. Freestanding: included by the agent itself.
//
//   0x010000  the mecrr page: `syscall; int3`     (device.h: kMecrrPage)          r-x
//   0x011000  the agent's code                                                    r-x
//   0x01e000  CpuidTable: what cpuid answers (cpuid_table.h)                      r-x
//   0x020000  AgentState                                                          rw-
//   0x024000  the agent's stack, which grows down from 0x030000                   rw-
//   0x030000  the log: CallRecords (base/call_record.h)                           rw-
//   0x130000  stubs of call sites in the lowest 2 GiB                             r-x
//   0x150000  end
//
// All of it is private memory of the address space. State, stack and log are wiped in the child of
// a fork (MADV_WIPEONFORK): its agent is off until the device has told it otherwise.
//
// Tasks that share an address space run one at a time, are never switched while inside the agent,
// and get no signal there. So there is one state, one stack and one log for all of them, and
// nothing in here needs to be atomic or reentrant.
//
// The way of a call (entry.S, agent.cpp):
//
//     site:  jmp stub                   was: `mov $0,%eax` or the like, 5 bytes or more
//            syscall                    still there; whoever jumps to it is stopped as ever
//     back:  …
//
//     stub:  the instructions that the jump took the place of
//            lea back(%rip), %rcx       what `syscall` leaves in rcx
//            jmp *kAgentEntry           absolute: the agent
//
//     agent: saves all registers, goes to its own stack, and either
//              makes the call (or answers it from the log), logs it, and jumps to `back` with
//              rax = result, rcx = back, r11 = flags, all else as it was: just as the kernel does;
//            or restores all registers and jumps to `syscall`, which is a stop.
//            Of some calls that shape memory it tells outside, by a call of its own that is a stop,
//            before it jumps to `back`: one stop instead of two.
//
// cpuid goes the same way. In its place stands an int3 anyway (a stop), and stays there:
//
//     site:  jmp stub                   was: `mov $7,%eax` or the like, 5 bytes or more
//            int3; a2                   was: cpuid (0f a2)
//     back:  …
//
//     stub:  the instructions that the jump took the place of
//            mov %rdx, AgentState::cpuid_rdx
//            lea back(%rip), %rdx       cpuid overwrites rdx, and does not read it
//            jmp *kAgentCpuid           absolute: CodeHead::cpuid
//
//     agent: looks eax and ecx up in the CpuidTable, whatever its mode, and either
//              jumps to `back` with the four results and all else as it was: no log, no event;
//              or restores all registers and jumps to the int3.
//
// rdtsc and rdtscp have the window behind them, since a call or a jump's target is often before:
//
//     site:  jmp stub                   was: rdtsc; shl $32, %rdx or the like, 5 bytes or more
//     next:  …
//
//     stub:  mov %rdx, AgentState::cpuid_rdx
//            lea raw(%rip), %rdx        rdtsc overwrites rdx, and does not read it
//            jmp *kAgentCounter         absolute: CodeHead::counter
//            .quad site
//     raw:   rdtsc                      faults: a stop
//     told:  the instructions that the jump took the place of
//            jmp next
//
//     agent: reads a clock (counter.h) and logs what the counter is, or takes it from the log, and
//              either jumps to `told` with the results and all else as it was,
//              or restores all registers and jumps to `raw`.
//
// A probe (device/probe.h) needs no code of the agent's: its stub has all of it. It is near the
// program's code, is there for as long as the probe, and keeps what it counts in AgentState::probe.
//
//     at:    jmp stub                   was: `inc %ecx; cmp $9, %ecx`, say. Each byte of the jump
//     but back:  …                          the first is an opcode that traps
//     (patching/probe_window.h)
//
//     stub:  mov %rcx, ProbeState::rcx
//            ++ProbeState::hits         by lea: no flags change in all of this
//            lea -VALUE(%rdx), %rcx     for each register
//            jrcxz 1f
//            jmp differs
//     1:     mov WORD, %rax …           for each word, likewise; then the flags, on our own stack
//            ++ProbeState::matches
//            all equal, none to skip ──> all registers the program's; int3: Probed
//     differs:
//            mov ProbeState::rcx, %rcx
//            the instructions that the jump took the place of
//            jmp back
#pragma once

#include <cstddef>
#include <cstdint>

#include "device/agent/counter.h"
#include "device/agent/known_file.h"

namespace mecrr::agent {

inline constexpr std::uint64_t kCode = 0x11000;
inline constexpr std::uint64_t kCpuidTable = 0x1e000;
inline constexpr std::uint64_t kCodeEnd = 0x20000;  ///< of the table, too
inline constexpr std::uint64_t kState = 0x20000;
inline constexpr std::uint64_t kStackTop = 0x30000;
inline constexpr std::uint64_t kLog = 0x30000;
inline constexpr std::uint64_t kLogBytes = 0x100000;
inline constexpr std::uint64_t kLowStubs = 0x130000;
inline constexpr std::uint64_t kEnd = 0x150000;

/// The head of the agent's code: what others jump to or compare with.
struct CodeHead {
  std::uint64_t entry;  ///< where stubs jump to (they read it: `jmp *kCode`)
  /// Where the device sends a task that cannot go on inside the agent: restores the program's
  /// registers and jumps to its `syscall`. For a fault at any instruction of the agent (it reads
  /// the program's memory before it makes a call; what it cannot write, in answer mode, differs);
  /// and for a call of the agent's that waits after all, if interrupting it gives an ERESTART code
  /// or EINTR. With any other result the call has done something: the agent must go on with it.
  std::uint64_t abandon;
  std::uint64_t behind_call;  ///< the address behind the agent's one `syscall` instruction
  std::uint64_t leaving,
      left;  ///< from where it has decided to go on behind the call: there it is
             ///< too late for stop_behind_call, but `trap` can be gone to instead
  std::uint64_t trap;
  std::uint64_t behind_trap;  ///< behind the int3 of AgentState::trap_at_end; there all registers
                              ///< are the program's but rip, which is in rcx
  std::uint64_t cpuid;        ///< where stubs of cpuid jump to
  /// The end of what is done there. A task in there can be stopped, and go on, as in its own code.
  std::uint64_t cpuid_end;
  /// The same for rdtsc and rdtscp; but what is called from there is in_counter.
  std::uint64_t counter, counter_end;
  /// Behind the agent's other `syscall`, which is a stop: it has made and logged a call that
  /// whoever records must look at before the program goes on (Shaped). Registers are the program's
  /// but rax, rip, which are in AgentState::rax and rcx, and rcx, which is as rip then.
  std::uint64_t behind_tell;
};
inline constexpr std::uint64_t kCpuidSlot = kCode + offsetof(CodeHead, cpuid);
inline constexpr std::uint64_t kCounterSlot = kCode + offsetof(CodeHead, counter);

enum class Mode : std::uint64_t {
  kOff = 0,     ///< every call is a stop
  kRecord = 1,  ///< makes calls, and logs them
  kAnswer = 2,  ///< answers calls from the log; none reaches the kernel
};

/// What the agent knows of a descriptor.
enum class Descriptor : std::uint8_t {
  kUnknown = 0,  ///< calls on it are stops
  kNeverWaits,   ///< a file that is not open for writing, a directory, /dev/zero …
  kWrittenFile,  ///< a regular file that is open for writing; it never waits
  kMayWait,      ///< pipe, socket, terminal …: asked (poll) before it is used
  kStdout,       ///< the recording's own, and never waits
  kStderr,
  kStdoutMayWait,  ///< likewise, but a pipe, a terminal …
  kStderrMayWait,
  kStops,  ///< known, and its calls must be stops: a file that is mapped and open for writing,
           ///< memory of a process (/proc/PID/mem). Duplicates are the same
};

inline constexpr std::size_t kDescriptors = 1024;  ///< higher ones stay unknown
inline constexpr std::size_t kMappedBits = 8192;

/// Why the agent has let a call through as a stop.
enum class Abandoned : std::uint64_t {
  kNever = 0,   ///< it has not
  kRequested,   ///< stop_requested
  kCall,        ///< it takes no such call, or not with such arguments
  kDescriptor,  ///< of which it knows nothing
  kWaits,       ///< it would wait
  kSize,        ///< more memory than the agent looks at
  kLogFull,     ///< kRecord: its record may not fit into the log
  kLogEnd,      ///< kAnswer: all is answered
  kDiffers,     ///< kAnswer: AgentState::differs
  kFault,       ///< EFAULT: the call is made again
  kMappedFile,  ///< a write to a descriptor that is kStops
  kOutput,      ///< outputs_are_stops
};

/// What a probe counts, and keeps while it compares.
struct ProbeState {
  std::uint64_t hits, matches;
  std::uint64_t skip;           ///< so many matches are still to be let pass
  std::uint64_t rax, rcx, rsp;  ///< the program's
  std::uint64_t stack[4];
};

struct AgentState {
  Mode mode;
  std::uint64_t stop_requested;     ///< not 0: the next call is a stop
  std::uint64_t log_used;           ///< bytes: written (kRecord), answered (kAnswer)
  std::uint64_t log_bytes;          ///< kRecord: how many may be; kAnswer: how many are there
  std::uint64_t trap_at_end;        ///< kAnswer: not 0: int3 behind the last record
  std::uint64_t calls;              ///< that the agent has made or answered, since mode was set
  std::uint64_t descriptors_known;  ///< 0: all are unknown, and the agent neither reads nor changes
                                    ///< `descriptors`: for a time in which the calls come from a
                                    ///< task with other descriptors (the child of a vfork)
  std::uint64_t differs;  ///< kAnswer: not 0: the program's call is not the one in the log, which
                          ///< is at log_used; the agent has let it through as a stop

  // The program's registers while a call is inside the agent (entry.S).
  std::uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8, r9, r10, r11, r12, r13, r14, r15;

  std::uint64_t
      outputs_are_stops;           ///< not 0: so are calls that write to the recording's own stdout
                                   ///< or stderr, since the order among several processes counts
  Abandoned abandoned;             ///< why the last call that became a stop did
  std::uint64_t stop_behind_call;  ///< kRecord: not 0: int3 behind the call that is being made

  /// The program's registers while a cpuid is inside the agent. Flags: lahf, seto %al.
  /// For rdtsc only rdx and all flags are here, and cpuid_back is `raw`, later `told`.
  std::uint64_t cpuid_rdx, cpuid_rax, cpuid_rbx, cpuid_rcx, cpuid_back, cpuid_flags;

  std::uint64_t in_counter;  ///< not 0: an rdtsc is inside the agent, and a task can be stopped and
                             ///< go on as in its own code; only the log is not to be touched then
  CounterScale counter;

  /// By number. The agent keeps them up to date while it is on: it sets those that calls open, and
  /// makes those unknown that calls close, whether it makes the calls itself or lets them through
  /// as stops. What it cannot know it leaves unknown, as those not open are.
  Descriptor descriptors[kDescriptors];

  /// Of the probe that is in force (device/probe.h).
  ProbeState probe;

  /// Files that are mapped, as a Bloom filter: bit (inode % kMappedBits). A regular file with its
  /// bit set that the agent opens for writing is kStops, not kWrittenFile.
  std::uint8_t mapped_files[kMappedBits / 8];

  std::uint64_t known_file_count;
  KnownFile known_files[kKnownFiles];
};
static_assert(offsetof(AgentState, rax) == 64);  // entry.S
static_assert(offsetof(AgentState, outputs_are_stops) == 192);
static_assert(offsetof(AgentState, stop_behind_call) == 208);  // entry.S
static_assert(offsetof(AgentState, cpuid_rdx) == 216);         // entry.S
static_assert(offsetof(AgentState, in_counter) == 264);        // entry.S
inline constexpr std::uint64_t kCpuidRdx = kState + offsetof(AgentState, cpuid_rdx);
static_assert(sizeof(AgentState) <= 0x4000);

}  // namespace mecrr::agent
