#include "device/ptrace/one_processor.h"

namespace mecrr::ptrace {
namespace {

constexpr std::chrono::milliseconds kKept{100};
constexpr Tid kThisThread{0};

}  // namespace

OneProcessor::OneProcessor()
    : is_possible_(::sched_getaffinity(0, sizeof allowed_, &allowed_) == 0) {}

OneProcessor::~OneProcessor() {
  // Fails only if the processors are gone by now.
  if (chosen_ != kAnywhere) (void)::sched_setaffinity(0, sizeof allowed_, &allowed_);
}

bool OneProcessor::keep(Tid task, int processor) const {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(processor), &one);
  return ::sched_setaffinity(task.value(), sizeof one, &one) == 0;
}

void OneProcessor::choose() {
  const int here = ::sched_getcpu();
  if (here < 0 || here >= CPU_SETSIZE || !keep(kThisThread, here)) {
    is_possible_ = false;
    return;
  }
  chosen_ = here;
  choose_again_ = Clock::now() + kKept;
}

int OneProcessor::settle() {
  if (!is_possible_) return kAnywhere;
  if (chosen_ == kAnywhere) {
    choose();
  } else if (Clock::now() >= choose_again_) {
    is_possible_ = ::sched_setaffinity(0, sizeof allowed_, &allowed_) == 0;
    chosen_ = kAnywhere;
  }
  return chosen_;
}

void OneProcessor::take_along(Tid task, int& at) {
  if (settle() == kAnywhere || at == chosen_) return;
  at = keep(task, chosen_) ? chosen_ : kAnywhere;
}

}  // namespace mecrr::ptrace
