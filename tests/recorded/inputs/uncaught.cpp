// An exception that nobody catches: terminate() tells its type and aborts.
#include <cstdio>
#include <stdexcept>

int main() {
  std::puts("before");
  std::fflush(stdout);
  throw std::runtime_error("nobody catches this");
}
