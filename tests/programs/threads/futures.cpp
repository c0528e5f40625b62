// std::async, promises, condition variables with time limits and std::mutex.
#include <chrono>
#include <condition_variable>
#include <future>
#include <numeric>
#include <vector>

#include "tests/programs/check.h"

int main() {
  std::vector<int> numbers(10000);
  std::iota(numbers.begin(), numbers.end(), 1);
  auto half = numbers.begin() + 5000;
  auto first =
      std::async(std::launch::async, [&] { return std::accumulate(numbers.begin(), half, 0); });
  auto second =
      std::async(std::launch::async, [&] { return std::accumulate(half, numbers.end(), 0); });
  CHECK(first.get() + second.get() == 50005000);
  std::promise<int> promise;
  auto future = promise.get_future();
  CHECK(future.wait_for(std::chrono::milliseconds(10)) == std::future_status::timeout);
  std::thread giver([&] { promise.set_value(9); });
  CHECK(future.get() == 9);
  giver.join();
  std::mutex mutex;
  std::condition_variable changed;
  std::unique_lock lock(mutex);
  CHECK(!changed.wait_for(lock, std::chrono::milliseconds(5), [] { return false; }));
  return ok();
}
