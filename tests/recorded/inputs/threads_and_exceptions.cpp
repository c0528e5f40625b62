// C++ with exceptions across frames and threads, futures, condition variables, streams and
// containers.
#include <algorithm>
#include <condition_variable>
#include <future>
#include <iostream>
#include <iterator>
#include <map>
#include <mutex>
#include <numeric>
#include <queue>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

struct Guard {
  std::string& log;
  ~Guard() { log += "unwound;"; }
};

int thrower(int depth, std::string& log) {
  Guard guard{log};
  if (depth == 0) throw std::out_of_range("the bottom");
  return thrower(depth - 1, log) + 1;
}

class Channel {
 public:
  void put(int value) {
    std::lock_guard hold(lock_);
    values_.push(value);
    some_.notify_one();
  }
  int take() {
    std::unique_lock hold(lock_);
    some_.wait(hold, [this] { return !values_.empty(); });
    const int value = values_.front();
    values_.pop();
    return value;
  }

 private:
  std::mutex lock_;
  std::condition_variable some_;
  std::queue<int> values_;
};

}  // namespace

int main() {
  std::string log;
  try {
    thrower(5, log);
  } catch (const std::exception& caught) {
    std::cout << "caught " << caught.what() << ", " << log << '\n';
  }

  Channel channel;
  std::vector<std::jthread> producers;
  for (int producer = 0; producer < 3; producer++) {
    producers.emplace_back([&channel, producer] {
      for (int i = 0; i < 500; i++) channel.put(producer * 1000 + i);
    });
  }
  long sum = 0;
  for (int i = 0; i < 1500; i++) sum += channel.take();
  std::cout << "sum " << sum << '\n';

  auto failing =
      std::async(std::launch::async, []() -> int { throw std::runtime_error("from a thread"); });
  try {
    failing.get();
  } catch (const std::runtime_error& caught) {
    std::cout << "the future threw: " << caught.what() << '\n';
  }

  std::mt19937_64 engine(42);
  std::map<std::uint64_t, int> digits;
  for (int i = 0; i < 10000; i++) digits[engine() % 10]++;
  for (const auto& [digit, count] : digits) std::cout << digit << ':' << count << ' ';
  std::cout << '\n';

  std::istringstream text("the quick brown fox 12 jumps over 345 dogs");
  std::vector<std::string> words{std::istream_iterator<std::string>(text), {}};
  std::sort(words.begin(), words.end());
  for (const std::string& word : words) std::cout << word << '\n';
  std::random_device chance;
  std::cout << "entropy is never this twice: " << (chance() == chance() && chance() == chance())
            << '\n';
}
