// main of every test program: GoogleTest's, and a limit of time for each single test, so that one
// that hangs ends by itself and says its name whether or not ctest runs it. The limit is
// mecrr_test's TIMEOUT, which ctest passes in MECRR_TEST_TIMEOUT_S; without it, 120 s.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace {

constexpr int kDefaultTimeoutS = 120;
constexpr int kTimedOutStatus = 124;  // as timeout(1)

std::array<char, 256>
    hung_test_message;  // written before the timer is set, read by its signal handler

// Tracees are not killed here: they are under PTRACE_O_EXITKILL and die with us.
void end_hanging_test(int) {
  const ssize_t written =
      write(STDERR_FILENO, hung_test_message.data(), strlen(hung_test_message.data()));
  _exit(written < 0 ? kTimedOutStatus + 1 : kTimedOutStatus);
}

class TimeLimit : public testing::EmptyTestEventListener {
 public:
  explicit TimeLimit(int seconds) : seconds_(seconds) {
    // SIGXCPU, since SIGALRM, SIGUSR1 and the like are what tests of signals use themselves.
    struct sigaction action{};
    action.sa_handler = end_hanging_test;
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGXCPU;
    if (sigaction(SIGXCPU, &action, nullptr) != 0 ||
        timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) {
      perror("setting up the time limit of tests");
      abort();
    }
  }

  void OnTestStart(const testing::TestInfo& test) override {
    snprintf(hung_test_message.data(), hung_test_message.size(),
             "%s.%s did not end within %d s; its program is stopped here\n", test.test_suite_name(),
             test.name(), seconds_);
    set_timer(seconds_);
  }
  void OnTestEnd(const testing::TestInfo&) override { set_timer(0); }

 private:
  void set_timer(int seconds) {
    itimerspec when{};
    when.it_value.tv_sec = seconds;
    if (timer_settime(timer_, 0, &when, nullptr) != 0) {
      perror("setting the time limit of a test");
      abort();
    }
  }

  int seconds_;
  timer_t timer_{};
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  const char* limit = getenv("MECRR_TEST_TIMEOUT_S");
  const int seconds = limit != nullptr ? atoi(limit) : kDefaultTimeoutS;
  testing::UnitTest::GetInstance()->listeners().Append(new TimeLimit(seconds));
  return RUN_ALL_TESTS();
}
