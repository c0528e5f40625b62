// Little programs for probe_test.cpp, each with some way of computing that a probe must not disturb.
// They are copied to where the test wants them, and know nothing of where they are. At first all
// registers are 0 but rsp; r15 is the address of DATA, a page that is 0. Each ends with a call.

#define ROUNDS 12

  .macro program name
  .pushsection .rodata.probed_names, "a"
9:  .asciz "\name"
  .popsection
  .pushsection .data.rel.ro.probed, "aw"
  .quad 9b, 7f, 8f
  .popsection
7:
  .endm

  .macro ends
  mov $231, %eax
  syscall
8:
  .endm

  .section .data.rel.ro.probed, "aw"
  .globl probed_programs
probed_programs:

  .section .rodata.probed_code, "a"

program ALoopWithLongInstructions
1:
  movq $0x1234567, 0x40(%r15)
  addq $3, 0x40(%r15)
  lea 0x1234567(%rbx, %rcx, 8), %rbx
  inc %ecx
  cmp $ROUNDS, %ecx
  jb 1b
  ends

program ALoopWhoseBackEdgeIsInsideOfTheWindow
  xor %ecx, %ecx
1:
  inc %ecx
  add %ecx, %eax
2:
  dec %edx
  inc %ebx
  test $1, %cl
  jz 3f
  inc %ecx
  jmp 2b
3:
  cmp $ROUNDS, %ecx
  jb 1b
  ends

program ShortInstructionsThatAreEachJumpedTo
  lea 5f(%rip), %r8
  mov $5, %ebp
1:
  mov %ebp, %eax
  lea (%r8, %rax, 2), %rax
  notrack jmp *%rax
  .balign 16
5:
  inc %ebx
  inc %ecx
  dec %edx
  not %esi
  neg %edi
  inc %r9d
  dec %ebp
  jns 1b
  inc %r10d
  mov $5, %ebp
  cmp $4, %r10d
  jb 1b
  ends

program ConditionalJumpsInTheWindow
1:
  inc %ecx
  test $1, %cl
  jz 2f
  inc %ebx
2:
  test $2, %cl
  jnz 3f
  dec %edx
3:
  cmp $ROUNDS, %cl
  jne 1b
  ends

program WhatCountsFromRip
  jmp 1f
  .balign 8
3:
  .quad 0x1122334455667788, 42
1:
  mov 3b(%rip), %rax
  lea 3b(%rip), %rbx
  add 3b + 8(%rip), %rdx
  cmpl $42, 3b + 8(%rip)
  jne 2f
  mov %rax, (%r15, %rcx, 8)
  inc %ecx
  cmp $ROUNDS, %ecx
  jb 1b
2:
  ends

program FlagsAcrossTheWindow
  mov $0x7fffffff, %eax
1:
  add $0x11111111, %eax
  adc %ebx, %ebx
  setc %dl
  seto %dh
  sbb %edi, %edi
  lahf
  mov %ah, %bl
  inc %ecx
  rcl $1, %ebp
  cmp $ROUNDS, %ecx
  jb 1b
  ends

program TheDirectionFlag
  lea 0x100(%r15), %rdi
  mov $0x5a, %al
1:
  std
  stosb
  stosb
  cld
  inc %ecx
  cmp $ROUNDS, %ecx
  jb 1b
  ends

program TheRedZone
1:
  mov %rcx, -8(%rsp)
  mov %rbx, -16(%rsp)
  add -8(%rsp), %rbx
  mov %rbx, -128(%rsp)
  inc %rcx
  mov -128(%rsp), %rdx
  cmp $ROUNDS, %rcx
  jb 1b
  ends

program VariablesInMemoryAsWithoutOptimization
1:
  mov 0x10(%r15), %eax
  add $1, %eax
  mov %eax, 0x10(%r15)
  mov 0x18(%r15), %rax
  add $7, %rax
  mov %rax, 0x18(%r15)
  mov $0, %eax
  cmpl $ROUNDS, 0x10(%r15)
  jb 1b
  ends

program OnlyAMemoryWordChanges
1:
  incl 0x20(%r15)
  cmpl $2 * ROUNDS, 0x20(%r15)
  pause
  jne 1b
  ends

program CallsAndReturns
1:
  call 2f
  inc %ecx
  lea 2f(%rip), %rax
  notrack call *%rax
  cmp $ROUNDS, %ecx
  jb 1b
  jmp 3f
2:
  push %rcx
  call 4f
  pop %rdx
  ret
4:
  add (%rsp), %rbx
  ret
3:
  ends

program Recursion
  mov $9, %edi
  call 2f
  jmp 3f
2:
  push %rbx
  mov %edi, %ebx
  xor %eax, %eax
  cmp $2, %edi
  jb 4f
  lea -1(%rdi), %edi
  call 2b
  lea -2(%rbx), %edi
  cmp $6, %ebx
  jb 4f
  call 2b
4:
  lea 1(%rax), %eax
  pop %rbx
  ret
3:
  ends

program RepeatedStringOperations
1:
  lea 0x40(%r15), %rdi
  lea (%r15), %rsi
  mov $24, %ecx
  mov %edx, (%r15)
  rep movsb
  lea 0x40(%r15), %rdi
  mov $5, %ecx
  xor %eax, %eax
  repne scasb
  inc %edx
  cmp $4, %edx
  jb 1b
  ends

program FlagsOnTheStack
1:
  pushf
  pop %rax
  xor %rax, %rbx
  push %rbx
  popf
  inc %ecx
  cmp $ROUNDS, %ecx
  jb 1b
  ends

program LoopInstructions
  mov $6, %edx
1:
  mov $3, %ecx
2:
  inc %ebx
  loop 2b
  jrcxz 3f
  inc %edi
3:
  dec %edx
  test %edx, %edx
  mov $1, %ecx
  loopnz 4f
  inc %esi
4:
  test %edx, %edx
  jnz 1b
  ends

program AnInstructionThatJumpsToItself
  mov $5, %edx
1:
  mov $4, %ecx
2:
  loop 2b
  nop
  nop
  nop
  dec %edx
  jnz 1b
  ends

program ALockPrefixThatIsJumpedOver
1:
  inc %ecx
  test $1, %cl
  jz 2f
  lock
2:
  incl (%r15)
  xadd %ecx, 8(%r15)
  mov 8(%r15), %ebx
  sub %ebx, %ecx
  add %ebx, %ecx
  cmpl $ROUNDS, (%r15)
  jb 1b
  ends

  .section .data.rel.ro.probed, "aw"
  .quad 0, 0, 0

  .section .note.GNU-stack, "", @progbits
