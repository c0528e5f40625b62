// C++ exceptions are thrown and caught in several threads at once.
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/programs/check.h"

static int descend(int depth, int value) {
  std::string local(100, 'x');
  if (depth == 0) throw std::runtime_error(std::to_string(value));
  return descend(depth - 1, value) + static_cast<int>(local.size());
}

int main() {
  std::vector<std::thread> threads;
  for (int me = 0; me < 4; me++) {
    threads.emplace_back([me] {
      for (int i = 0; i < 100; i++) {
        try {
          descend(20, i + 1000 * me);
          CHECK(!"reached");
        } catch (const std::exception& error) {
          CHECK(std::stoi(error.what()) == i + 1000 * me);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return ok();
}
