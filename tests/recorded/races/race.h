// What a program says in which a race has gone wrong.
#pragma once

#include "tests/programs/check.h"

enum { kRaceHit = 42 };

__attribute__((unused)) static int race_hit(const char* what) {
  printf("race: %s\n", what);
  return kRaceHit;
}
