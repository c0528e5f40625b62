// A call site, as it is after patching: agent_test_call(inputs, outputs) loads all registers from
// `inputs` and goes the way of a stub; where the raw `syscall` would be, a jump of the same size says
// that it was reached. Registers are CallRegisters (site.h).
  .macro load_all base
  push 128(\base)
  popfq
  mov 0(\base), %rax
  mov 8(\base), %rbx
  mov 24(\base), %rdx
  mov 32(\base), %rsi
  mov 48(\base), %rbp
  mov 56(\base), %rsp
  mov 64(\base), %r8
  mov 72(\base), %r9
  mov 80(\base), %r10
  mov 88(\base), %r11
  mov 96(\base), %r12
  mov 104(\base), %r13
  mov 112(\base), %r14
  mov 120(\base), %r15
  mov 40(\base), %rdi
  .endm

  .text
  .globl agent_test_call
agent_test_call:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsi, outputs(%rip)
  mov %rsp, stack(%rip)
  movq $0, was_raw(%rip)
  load_all %rdi
  lea agent_test_back(%rip), %rcx
  jmp *0x11000

  // Likewise for cpuid: the raw one is an int3 at the same place.
  .globl agent_test_cpuid
agent_test_cpuid:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsi, outputs(%rip)
  mov %rsp, stack(%rip)
  movq $0, was_raw(%rip)
  mov 16(%rdi), %rcx
  load_all %rdi
  mov %rdx, 0x200d8
  lea agent_test_back(%rip), %rdx
  jmp *0x11038

  // Likewise for rdtsc and rdtscp. The raw ones are executed here.
  .macro counter_site name, instruction
  .globl \name
\name:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsi, outputs(%rip)
  mov %rsp, stack(%rip)
  movq $0, was_raw(%rip)
  mov 16(%rdi), %rcx
  load_all %rdi
  mov %rdx, 0x200d8
  lea 1f(%rip), %rdx
  jmp *0x11048
  .quad 0x123456789a    // kCounterSite
1:
  \instruction
  jmp agent_test_back
  .endm
  counter_site agent_test_rdtsc, rdtsc
  counter_site agent_test_rdtscp, rdtscp

raw:
  movq $1, was_raw(%rip)
  jmp agent_test_back
site:
  jmp raw
  .globl agent_test_back
agent_test_back:
  mov %rcx, saved_rcx(%rip)
  mov outputs(%rip), %rcx
  mov %rax, 0(%rcx)
  mov %rbx, 8(%rcx)
  mov %rdx, 24(%rcx)
  mov %rsi, 32(%rcx)
  mov %rdi, 40(%rcx)
  mov %rbp, 48(%rcx)
  mov %rsp, 56(%rcx)
  mov %r8, 64(%rcx)
  mov %r9, 72(%rcx)
  mov %r10, 80(%rcx)
  mov %r11, 88(%rcx)
  mov %r12, 96(%rcx)
  mov %r13, 104(%rcx)
  mov %r14, 112(%rcx)
  mov %r15, 120(%rcx)
  mov stack(%rip), %rsp
  pushfq
  cld
  pop 128(%rcx)
  mov saved_rcx(%rip), %rax
  mov %rax, 16(%rcx)
  mov was_raw(%rip), %rax
  mov %rax, 136(%rcx)
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret

  .bss
outputs: .quad 0
stack: .quad 0
was_raw: .quad 0
saved_rcx: .quad 0

  .section .note.GNU-stack, "", @progbits
