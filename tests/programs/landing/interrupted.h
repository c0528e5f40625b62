// A program that computes, and is interrupted by a timer at 40 moments, or as many as its argument
// says. What the handler sees of a moment (registers, flags, and a word of the program's) goes into
// a sum: a replay that is interrupted one instruction early or late prints another.
#pragma once

#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <ucontext.h>

#include "tests/programs/check.h"

enum { kMostInterruptions = 8 };  // for each moment that is wanted

static long wanted = 40;
static volatile sig_atomic_t is_over;
static long moments, interruptions;
static uint64_t sum;
static const volatile uint64_t* watched;  // may be null

static void mix(uint64_t value) { sum = (sum ^ value) * 0x9e3779b97f4a7c15 + (sum >> 29); }

__attribute__((constructor)) static void take_argument(int argc, char** argv) {
  if (argc > 1) wanted = atol(argv[1]);
}

static void interrupted(int signal, siginfo_t* info, void* context) {
  (void)signal, (void)info;
  static uint64_t before;
  const ucontext_t* at = context;
  const uint64_t sum_before = sum;
  sum = 0;
  for (int i = 0; i <= REG_RIP; i++) mix((uint64_t)at->uc_mcontext.gregs[i]);
  mix((uint64_t)at->uc_mcontext.gregs[REG_EFL] & 0xcd5);
  if (watched != NULL) mix(*watched);
  // Of two that come one behind the other, the second finds the program where the first left it.
  if (sum != before) moments++;
  interruptions++;
  is_over = moments >= wanted || interruptions >= kMostInterruptions * wanted;
  before = sum;
  sum = sum_before;
  mix(before);
}

// From here on every 5 ms, or when the computing program can be interrupted next.
static void begin(const volatile uint64_t* watch, int flags) {
  watched = watch;
  struct sigaction action = {.sa_sigaction = interrupted, .sa_flags = SA_SIGINFO | flags};
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  const struct itimerval every_5_ms = {{0, 5000}, {0, 5000}};
  CHECK(setitimer(ITIMER_REAL, &every_5_ms, NULL) == 0);
}

__attribute__((unused)) static int goes_on(void) { return !is_over; }

static int end(void) {
  const struct itimerval never = {{0, 0}, {0, 0}};
  CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
  CHECK(is_over);
  printf("%ld, %016lx\n", interruptions, (unsigned long)sum);
  return ok();
}
