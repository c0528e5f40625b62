// Events as lines: as the device's protocol writes them where it has a form
// (docs/device-protocol.md), with what came of a call behind it. Printable characters only.
//
//     executed "/bin/cat", ["cat", "file"]
//     read 3, "some text\n", 100 = ok 10
//     read 0, 0x7ffc0010, 1               entered: what comes of it is a later event
//     read 0, "y", 1 = ok 1               … this one: the call again, now with its result
//     signal SIGCHLD {errno: 0, …} -> handler
//     rdtsc rax = 0x1234, rdx = 0x5
//     created 4712, 4712, CLONE_VM|CLONE_VFORK
//     exited status 0, the last of its process
#pragma once

#include <string>
#include <unordered_map>

#include "base/ids.h"
#include "device/protocol/arguments.h"
#include "device/system_call.h"
#include "trace-format/trace.pb.h"

namespace mecrr::cli {

SystemCall system_call_of(const pb::Call& call);

/// "status 3", "SIGSEGV core".
std::string end_text(const pb::Exited& exited);

/// Prints events. Remembers calls that have been entered, to show them again when they return; so
/// it is best given all events in order, also those whose text nobody wants: see pass().
class EventText {
 public:
  explicit EventText(const protocol::Limits& limits = {}) : limits_(limits) {}

  std::string text(const pb::Event& event);

  /// Takes note of an event that is not to be printed.
  void pass(const pb::Event& event);

 private:
  std::string completed(const pb::Call& call, const pb::Outcome& outcome) const;
  std::string entered(const pb::Call& call) const;
  std::string returned(Tid tid, const pb::Returned& returned);

  protocol::Limits limits_;
  std::unordered_map<Tid, pb::Call> entered_;  // by the task that is in it
};

}  // namespace mecrr::cli
