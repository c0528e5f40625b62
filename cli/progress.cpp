#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/files.h"
#include "cli/text/quantity.h"

namespace mecrr::cli {
namespace {

constexpr std::chrono::milliseconds kFirstAfter{500};
constexpr std::chrono::milliseconds kThenEach{100};
constexpr unsigned kCallsBetweenLooksAtTheClock = 64;
constexpr std::string_view kEraseLine = "\r\x1b[K";

void write_to_terminal(std::string_view text) {
  // A terminal that has gone away does not need to know how far we are.
  (void)write_all(STDERR_FILENO, as_bytes(text));
}

}  // namespace

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)),
      total_(total),
      wanted_(::isatty(STDERR_FILENO) != 0),
      next_(std::chrono::steady_clock::now() + kFirstAfter) {}

void Progress::at(std::uint64_t done) {
  if (++calls_ % kCallsBetweenLooksAtTheClock == 0) now_at(done);
}

void Progress::now_at(std::uint64_t done) {
  if (!wanted_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + kThenEach;
  draw(done);
}

void Progress::draw(std::uint64_t done) {
  const std::string share =
      total_ == 0 ? std::string()
                  : fmt::format(" of {} ({} %)", count_text(total_), done * 100 / total_);
  write_to_terminal(fmt::format("{}mecrr: {}: {}{}", kEraseLine, what_, count_text(done), share));
  shown_ = true;
}

void Progress::hide() {
  if (shown_) write_to_terminal(kEraseLine);
  shown_ = false;
}

}  // namespace mecrr::cli
