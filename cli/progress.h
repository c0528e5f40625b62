// How far long work has come: one line on stderr, if that is a terminal, redrawn in place. Nothing
// is shown of work that is over within half a second. The line is gone when the work is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace mecrr::cli {

class Progress {
 public:
  /// `what` is done `total` times; 0 if nobody knows how often.
  Progress(std::string what, std::uint64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { hide(); }

  /// So much is done. Cheap: may be called for each single thing.
  void at(std::uint64_t done);

  /// The same, for work of which a single thing takes long.
  void now_at(std::uint64_t done);

  /// Takes the line away, before something else is written. The next at() brings it back.
  void hide();

 private:
  void draw(std::uint64_t done);

  std::string what_;
  std::uint64_t total_;
  bool wanted_;
  bool shown_ = false;
  unsigned calls_ = 0;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace mecrr::cli
