// Contexts made with makecontext run in turn on stacks of their own.
#include <ucontext.h>

#include "tests/programs/check.h"

static ucontext_t home, one, two;
static char stacks[2][1 << 16];
static char order[32];

static void run(int letter) {
  for (int i = 0; i < 3; i++) {
    order[strlen(order)] = letter;
    CHECK(swapcontext(letter == 'a' ? &one : &two, letter == 'a' ? &two : &one) == 0);
  }
}

static void make(ucontext_t* context, int index, int letter) {
  CHECK(getcontext(context) == 0);
  context->uc_stack.ss_sp = stacks[index];
  context->uc_stack.ss_size = sizeof stacks[index];
  context->uc_link = &home;
  makecontext(context, (void (*)(void))run, 1, letter);
}

int main(void) {
  make(&one, 0, 'a');
  make(&two, 1, 'b');
  CHECK(swapcontext(&home, &one) == 0);
  CHECK(strcmp(order, "ababab") == 0);
  return ok();
}
