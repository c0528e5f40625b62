// The processes of a recording, found from its events as they come by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "trace-format/trace.pb.h"

namespace mecrr::cli {

struct RecordedProcess {
  Pid pid;
  std::optional<std::size_t> parent;     ///< place in ProcessTable::all(); none for the first
  std::vector<std::string> arguments{};  ///< of the last program that it ran; else its parent's
  std::uint64_t programs = 0;            ///< how many it ran: execs that succeeded
  std::uint64_t threads = 1;             ///< how many it had in all
  std::uint64_t events = 0;
  std::uint64_t began_us = 0;       ///< since the start of the recording
  std::uint64_t ended_us = 0;       ///< of its last event
  std::optional<pb::Exited> end{};  ///< absent if it was alive at the end of the trace
};

class ProcessTable {
 public:
  /// Takes the next event, in order. @return the process that it happened to: its place in all()
  std::size_t note(const pb::Event& event);

  /// In the order in which they began. A pid that the kernel used again is a process of its own.
  const std::vector<RecordedProcess>& all() const { return all_; }

 private:
  std::size_t process_of(const pb::Event& event);
  std::size_t begin(Pid pid, std::optional<std::size_t> parent);
  void note_created(std::size_t parent, const pb::Created& created);

  std::vector<RecordedProcess> all_;
  std::unordered_map<Tid, std::size_t> tasks_;  // live ones
};

}  // namespace mecrr::cli
