// The plain end.
// expect: exit 0
#include "tests/programs/check.h"

int main(void) { return ok(); }
