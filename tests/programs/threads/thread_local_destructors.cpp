// thread_local objects are built on first use and destroyed at the end of their thread.
#include <atomic>
#include <thread>

#include "tests/programs/check.h"

static std::atomic<int> built, destroyed;
struct Counted {
  Counted() { built++; }
  ~Counted() { destroyed++; }
  int value = 3;
};
static thread_local Counted counted;

int main() {
  for (int i = 0; i < 5; i++) std::thread([] { counted.value++; }).join();
  CHECK(built == 5 && destroyed == 5);
  std::thread([] {}).join();
  CHECK(built == 5);
  return ok();
}
