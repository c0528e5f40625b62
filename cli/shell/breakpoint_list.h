// The person's breakpoints: numbered, each with the places where it stands. One by name stands in
// every process that has the name, as soon as it has; one by address in one process and its forks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/remote_address.h"
#include "replayer/breakpoints/rule.h"
#include "replayer/breakpoints/sites.h"

namespace mecrr::cli {

class Session;

struct NumberedBreakpoint {
  unsigned number = 0;
  std::string what;      ///< as the person wrote it
  bool by_name = false;  ///< what is a symbol; else an address
  std::vector<Breakpoint> places{};
  std::string condition{};  ///< as the person wrote it; empty: none

  /// What the replay keeps of it: condition, counts.
  RuleId rule() const { return RuleId(number); }
};

class BreakpointList {
 public:
  const std::vector<NumberedBreakpoint>& all() const { return all_; }

  NumberedBreakpoint& add_name(const std::string& name);
  Result<NumberedBreakpoint*> add_address(Session& session, const std::string& what,
                                          Breakpoint place);

  void remove(Session& session, const NumberedBreakpoint& breakpoint);

  /// Whether there is one by name, that has to be placed as code gets loaded.
  bool wait_for_names() const;
  /// Places those by name in all live processes that have the name and not yet the breakpoint.
  Result<void> place(Session& session);

  /// Fails if there is no such number, or it is none.
  Result<NumberedBreakpoint*> find(std::string_view number);

 private:
  Result<void> place_name(Session& session, NumberedBreakpoint& breakpoint, StreamId stream);

  std::vector<NumberedBreakpoint> all_;
  unsigned next_number_ = 1;
};

}  // namespace mecrr::cli
