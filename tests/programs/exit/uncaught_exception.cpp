// An exception that nobody catches terminates, with a message, by SIGABRT.
// expect: signal SIGABRT
#include <stdexcept>

#include "tests/programs/check.h"

int main() {
  ok();
  fflush(stdout);
  throw std::runtime_error("nobody catches this");
}
