// The way into the agent and out of it. Stubs of call sites (state.h) jump to `entry` with all
// registers the program's but rcx, which is `back`: the address behind the site's `syscall`.
//
//   stub ──> entry ── mode is kOff ──────────────────────────────────┐
//              │  save registers, flags; own stack                   │
//              ▼                                                     │
//          agent_call() (agent.cpp) ── makes calls of its own ──> agent_kernel: `syscall`
//              │                                                     │
//              ├─ kDone ──> registers, flags, rax = result ──> back  │
//              ├─ kTrap ──> likewise, then int3 ──────────────> back │
//              ├─ kTell ──> likewise, then `syscall`, a stop ─> back │
//              ▼                                                     ▼
//           abandon ──> registers, flags, rax as it was ──> back - 2: the site's `syscall`, a stop
//              ▲
//   device ────┘  when a task faults or waits inside the agent; whatever its registers are by then
//
// rcx and r11 are the entry's to use: `syscall` overwrites both. rbx, rbp and r12 to r15 are kept by
// C++, but saved all the same, since the device can interrupt that at any instruction.
//
// cpuid has an entry of its own, which does all by itself, without a stack:
//
//   stub ──> cpuid ── in the table ──> flags, results ──────────────────> back
//              └───── not ──> registers, flags as they were ──> back - 2: the site's int3, a stop
//
// rdtsc and rdtscp have one, too, which needs the stack:
//
//   stub ──> counter ── mode is kOff ──> registers ─────────────────────> raw, which faults: a stop
//              │  save registers, flags; own stack
//              ▼
//          agent_counter() (counter.cpp): results, `told`; or all as it was, `raw`
//              └──────> registers, flags ───────────────────────────────> told, or raw
//
// Flags: C++ changes the arithmetic ones, and cld the direction; the others it keeps. So no popf is
// needed, which takes as long as a dozen instructions. The program's stack is not touched: there may
// be data below its pointer (the red zone).

#define STATE 0x20000
#define STACK_TOP 0x30000
#define MODE STATE

#define RAX (STATE + 64)
#define RBX (STATE + 72)
#define RCX (STATE + 80)
#define RDX (STATE + 88)
#define RSI (STATE + 96)
#define RDI (STATE + 104)
#define RBP (STATE + 112)
#define RSP (STATE + 120)
#define R8 (STATE + 128)
#define R9 (STATE + 136)
#define R10 (STATE + 144)
#define R11 (STATE + 152)
#define R12 (STATE + 160)
#define R13 (STATE + 168)
#define R14 (STATE + 176)
#define R15 (STATE + 184)

#define STOP_BEHIND_CALL (STATE + 208)

#define CPUID_RDX (STATE + 216)
#define CPUID_RAX (STATE + 224)
#define CPUID_RBX (STATE + 232)
#define CPUID_RCX (STATE + 240)
#define CPUID_BACK (STATE + 248)
#define CPUID_FLAGS (STATE + 256)

#define IN_COUNTER (STATE + 264)

#define CPUID_TABLE 0x1e000  // cpuid_table.h
#define CPUID_ROWS (CPUID_TABLE + 16)
#define CPUID_ROW_BYTES 32

#define DIRECTION_FLAG 0x400

  // CodeHead (state.h)
  .section .head, "a"
  .quad entry
  .quad abandon
  .quad behind_call
  .quad leaving
  .quad left
  .quad trap
  .quad behind_trap
  .quad cpuid
  .quad cpuid_end
  .quad counter
  .quad counter_end
  .quad behind_tell

  .section .text.entry, "ax"
  .globl entry

  // Flags as the program had them. Uses rax.
  .macro restore_flags from
  mov \from, %eax
  test $DIRECTION_FLAG, %eax
  jz 1f
  std
1:
  shr $11, %eax
  and $1, %eax
  add $0x7f, %al        // the overflow flag, if the bit is set
  mov \from, %ah
  sahf                  // sign, zero, adjust, parity, carry
  .endm

  // What the kernel leaves in rcx and r11, and the caller's own; not rax. Uses no flags.
  .macro restore_registers
  mov RDX, %rdx
  mov RSI, %rsi
  mov RDI, %rdi
  mov R8, %r8
  mov R9, %r9
  mov R10, %r10
  mov R11, %r11
  mov RCX, %rcx
  mov RSP, %rsp
  .endm

off:                    // here, since jrcxz jumps no further than 127 bytes
  lea -2(%r11), %rcx
  jmp *%rcx

  .balign 16
entry:
  mov MODE, %r11
  xchg %rcx, %r11
  jrcxz off             // looks at no flag, and changes none
  mov %rsp, RSP
  mov %r11, RCX
  mov $STACK_TOP, %esp
  pushfq
  popq R11
  cld
  mov %rax, RAX
  mov %rbx, RBX
  mov %rdx, RDX
  mov %rsi, RSI
  mov %rdi, RDI
  mov %rbp, RBP
  mov %r8, R8
  mov %r9, R9
  mov %r10, R10
  mov %r12, R12
  mov %r13, R13
  mov %r14, R14
  mov %r15, R15
  call agent_call
  cmp $2, %eax
  je trap
  ja tell
  test %eax, %eax
  jz abandon
  cmpq $0, STOP_BEHIND_CALL
  jne trap
leaving:
  restore_flags R11
  mov RAX, %rax
  restore_registers
  jmp *%rcx
left:

trap:
  restore_flags R11
  mov RAX, %rax
  restore_registers
  int3
behind_trap:
  jmp *%rcx

  // Any call will do: the device leaves it out, and sends the task to `back` (state.h).
tell:
  restore_flags R11
  restore_registers
  mov $39, %eax         // getpid
  syscall
behind_tell:
  mov RAX, %rax
  mov RCX, %rcx
  jmp *%rcx

abandon:
  cld
  restore_flags R11
  mov RAX, %rax
  mov RBX, %rbx
  mov RBP, %rbp
  mov R12, %r12
  mov R13, %r13
  mov R14, %r14
  mov R15, %r15
  restore_registers
  lea -2(%rcx), %rcx
  jmp *%rcx

  // cpuid (state.h): rdx is `back`, and the program's is in CPUID_RDX.
  .macro restore_cpuid_flags
  mov CPUID_FLAGS, %eax
  add $0x7f, %al        // the overflow flag, if it was set
  sahf
  .endm

  .balign 16
cpuid:
  mov %rdx, CPUID_BACK
  mov %rax, CPUID_RAX
  mov %rbx, CPUID_RBX
  mov %rcx, CPUID_RCX
  mov %eax, %ebx
  lahf
  seto %al
  mov %eax, CPUID_FLAGS
  shl $32, %rcx
  or %rbx, %rcx         // the question
  mov $CPUID_ROWS, %edx
  mov CPUID_TABLE, %ebx
1:
  sub $1, %ebx
  jb 2f
  mov 8(%rdx), %rax
  and %rcx, %rax
  cmp %rax, (%rdx)
  je 3f
  add $CPUID_ROW_BYTES, %edx
  jmp 1b
2:
  restore_cpuid_flags
  mov CPUID_BACK, %rdx
  lea -2(%rdx), %rdx
  mov %rdx, CPUID_BACK
  mov CPUID_RAX, %rax
  mov CPUID_RBX, %rbx
  mov CPUID_RCX, %rcx
  mov CPUID_RDX, %rdx
  jmp *CPUID_BACK
3:
  restore_cpuid_flags
  mov 16(%rdx), %eax    // clears the upper halves, as cpuid does
  mov 20(%rdx), %ebx
  mov 24(%rdx), %ecx
  mov 28(%rdx), %edx
  jmp *CPUID_BACK
cpuid_end:

  // rdtsc, rdtscp: rdx is `raw`, and the program's is in CPUID_RDX.
  .balign 16
counter:
  mov %rdx, CPUID_BACK
  mov %rcx, RCX
  mov MODE, %rcx
  jrcxz 8f              // looks at no flag, and changes none
  jmp 9f
8:
  mov CPUID_RDX, %rdx
  mov RCX, %rcx
  jmp *CPUID_BACK
9:
  movq $1, IN_COUNTER
  mov %rsp, RSP
  mov $STACK_TOP, %esp
  pushfq
  popq CPUID_FLAGS
  cld
  mov %rax, RAX
  mov %rsi, RSI
  mov %rdi, RDI
  mov %r8, R8
  mov %r9, R9
  mov %r10, R10
  mov %r11, R11
  call agent_counter    // keeps the others
  restore_flags CPUID_FLAGS
  mov RAX, %rax
  mov RSI, %rsi
  mov RDI, %rdi
  mov R8, %r8
  mov R9, %r9
  mov R10, %r10
  mov R11, %r11
  mov RSP, %rsp
  movq $0, IN_COUNTER
  mov CPUID_RDX, %rdx
  mov RCX, %rcx
  jmp *CPUID_BACK
counter_end:

  // kernel.h
  .globl agent_kernel
agent_kernel:
  syscall
behind_call:
  ret

  .section .note.GNU-stack, "", @progbits
