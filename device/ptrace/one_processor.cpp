#include "device/ptrace/one_processor.h"

#include <array>
#include <atomic>
#include <cstddef>

namespace mecrr::ptrace {
namespace {

constexpr std::chrono::milliseconds kKept{100};
constexpr Tid kThisThread{0};

/// By processor: threads of this process that are kept there.
std::array<std::atomic<int>, CPU_SETSIZE> kept_threads{};

std::atomic<int>& kept_at(int processor) {
  return kept_threads.at(static_cast<std::size_t>(processor));
}

}  // namespace

OneProcessor::OneProcessor()
    : is_possible_(::sched_getaffinity(0, sizeof allowed_, &allowed_) == 0) {}

OneProcessor::~OneProcessor() {
  // Fails only if the processors are gone by now.
  if (chosen_ != kAnywhere) (void)::sched_setaffinity(0, sizeof allowed_, &allowed_);
  leave();
}

bool OneProcessor::keep(Tid task, int processor) const {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(processor), &one);
  return ::sched_setaffinity(task.value(), sizeof one, &one) == 0;
}

void OneProcessor::choose() {
  const int here = ::sched_getcpu();
  if (here < 0 || here >= CPU_SETSIZE) {
    is_possible_ = false;
    return;
  }
  const int best = best_instead_of(here);
  if (!keep(kThisThread, best)) {
    is_possible_ = false;
    return;
  }
  chosen_ = best;
  ++kept_at(chosen_);
  choose_again_ = Clock::now() + kKept;
}

int OneProcessor::best_instead_of(int here) const {
  int best = here;
  for (int other = 0; kept_at(best) != 0 && other < CPU_SETSIZE; ++other) {
    const bool is_allowed = CPU_ISSET(static_cast<std::size_t>(other), &allowed_);
    if (is_allowed && kept_at(other) < kept_at(best)) best = other;
  }
  return best;
}

void OneProcessor::leave() {
  if (chosen_ != kAnywhere) --kept_at(chosen_);
  chosen_ = kAnywhere;
}

int OneProcessor::settle() {
  if (!is_possible_) return kAnywhere;
  if (chosen_ == kAnywhere) {
    choose();
  } else if (Clock::now() >= choose_again_) {
    is_possible_ = ::sched_setaffinity(0, sizeof allowed_, &allowed_) == 0;
    leave();
  }
  return chosen_;
}

void OneProcessor::take_along(Tid task, int& at) {
  if (settle() == kAnywhere || at == chosen_) return;
  at = keep(task, chosen_) ? chosen_ : kAnywhere;
}

}  // namespace mecrr::ptrace
