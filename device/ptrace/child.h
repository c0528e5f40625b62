// What parent and child say to each other between fork and the child's first stop.
#pragma once

#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/unique_fd.h"

namespace mecrr::ptrace {

/// Where a child gave up.
enum class ChildStep : int { kTsc, kFilter, kRseq, kPage, kExec };

/// Two pipes: one tells the child that it is traced, the other tells the parent why the child gave
/// up (it closes on exec).
class ChildChannel {
 public:
  static Result<ChildChannel> create();

  // In the child; async-signal-safe.
  void await_go();
  [[noreturn]] void give_up(ChildStep step, int code);

  // In the parent.
  /// Seizes the child and lets it go on. If it may not be traced, the child is killed and reaped,
  /// and the error says what to do.
  Result<void> let_go_when_traced(Tid child, std::uint64_t options);
  /// The error of a child that has ended without a first stop.
  std::unexpected<Error> why_given_up(const std::string& program);

 private:
  UniqueFd go_read_, go_write_, error_read_, error_write_;
};

}  // namespace mecrr::ptrace
