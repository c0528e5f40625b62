// A small stack machine with its programs, so that a compiler has loops, switches and tables to
// work on.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum Operation { PUSH, ADD, SUB, MUL, DUP, SWAP, JUMP_IF, PRINT, STORE, LOAD, HALT };

struct Instruction {
  enum Operation operation;
  long operand;
};

struct Machine {
  long stack[256];
  int depth;
  long memory[16];
  long steps;
};

static const char* const kNames[] = {"push",    "add",   "sub",   "mul",  "dup", "swap",
                                     "jump_if", "print", "store", "load", "halt"};

static long pop(struct Machine* machine) {
  if (machine->depth == 0) {
    fprintf(stderr, "stack is empty after %ld steps\n", machine->steps);
    exit(1);
  }
  return machine->stack[--machine->depth];
}

static void push(struct Machine* machine, long value) {
  if (machine->depth == 256) abort();
  machine->stack[machine->depth++] = value;
}

static void run(struct Machine* machine, const struct Instruction* program) {
  for (const struct Instruction* at = program;; at++, machine->steps++) {
    switch (at->operation) {
      case PUSH:
        push(machine, at->operand);
        break;
      case ADD:
        push(machine, pop(machine) + pop(machine));
        break;
      case SUB: {
        const long right = pop(machine);
        push(machine, pop(machine) - right);
        break;
      }
      case MUL:
        push(machine, pop(machine) * pop(machine) % 1000003);
        break;
      case DUP: {
        const long value = pop(machine);
        push(machine, value);
        push(machine, value);
        break;
      }
      case SWAP: {
        const long top = pop(machine), below = pop(machine);
        push(machine, top);
        push(machine, below);
        break;
      }
      case JUMP_IF:
        if (pop(machine) != 0) at = program + at->operand - 1;
        break;
      case PRINT:
        printf("%ld\n", pop(machine));
        break;
      case STORE:
        machine->memory[at->operand & 15] = pop(machine);
        break;
      case LOAD:
        push(machine, machine->memory[at->operand & 15]);
        break;
      case HALT:
        return;
    }
  }
}

static const struct Instruction kFactorial[] = {
    {PUSH, 100000}, {STORE, 0},   {PUSH, 1}, {STORE, 1}, {LOAD, 1}, {LOAD, 0},
    {MUL, 0},       {STORE, 1},   {LOAD, 0}, {PUSH, 1},  {SUB, 0},  {DUP, 0},
    {STORE, 0},     {JUMP_IF, 4}, {LOAD, 1}, {PRINT, 0}, {HALT, 0},
};

static void list(const struct Instruction* program, size_t count) {
  char line[64];
  for (size_t i = 0; i < count; i++) {
    snprintf(line, sizeof line, "%zu %s %ld", i, kNames[program[i].operation], program[i].operand);
    puts(line);
  }
}

int main(void) {
  struct Machine machine;
  memset(&machine, 0, sizeof machine);
  list(kFactorial, sizeof kFactorial / sizeof kFactorial[0]);
  run(&machine, kFactorial);
  printf("%ld steps\n", machine.steps);
  return 0;
}
