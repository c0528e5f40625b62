// Interrupted in an interpreter, whose registers, stack and code recur in each round of what it
// interprets: only objects behind pointers to pointers tell the rounds apart.
// output: varies
#include <stdlib.h>

#include "interrupted.h"

struct object {
  const struct object* kind;
  uint64_t value;
};

enum code { kLoad, kAdd, kTimes, kRemainder, kStore, kJump };

struct frame {
  struct object** locals;  // two are there at a time, and used in turn
  const unsigned char* next;
};

static struct object* unused[4];
static int unused_count;

static struct object* make(uint64_t value) {
  struct object* made = unused_count > 0 ? unused[--unused_count] : malloc(sizeof *made);
  CHECK(made != NULL);
  made->kind = NULL;
  made->value = value;
  return made;
}

static void drop(struct object* object) {
  CHECK(unused_count < 4);
  unused[unused_count++] = object;
}

// With the accumulator on the heap: no register holds it between two instructions.
static void interpret(struct frame* frame, struct object** accumulator) {
  while (goes_on()) {
    struct object* const before = *accumulator;
    switch ((enum code) * frame->next++) {
      case kLoad:
        *accumulator = make(frame->locals[0]->value);
        break;
      case kAdd:
        *accumulator = make(before->value + *frame->next++);
        break;
      case kTimes:
        *accumulator = make(before->value * *frame->next++);
        break;
      case kRemainder:
        *accumulator = make(before->value % 1000003);
        break;
      case kStore:
        drop(frame->locals[0]);
        frame->locals[0] = make(before->value);
        continue;
      case kJump:
        frame->next -= *frame->next;
        continue;
    }
    drop(before);
  }
}

int main(void) {
  static const unsigned char code[] = {kLoad, kTimes, 31, kAdd, 7, kRemainder, kStore, kJump, 8};
  struct frame* const frame = malloc(sizeof *frame);
  struct object** const accumulator = malloc(sizeof(struct object*));
  CHECK(frame != NULL && accumulator != NULL);
  frame->locals = malloc(sizeof(struct object*));
  CHECK(frame->locals != NULL);
  frame->locals[0] = make(1);
  frame->next = code;
  *accumulator = make(0);
  begin(NULL, 0);
  interpret(frame, accumulator);
  mix(frame->locals[0]->value);
  return end();
}
