// Memory near a task: the pages that its registers, its stack and what those point to lead to.
//
// An interpreter comes back to the same registers, and reads the same words, in each round of the
// program that it interprets: what tells the rounds apart is some object on its heap. Which one, is
// seen by looking at what lies near it more than once while the task goes on.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/error.h"
#include "base/remote_address.h"
#include "device/registers.h"
#include "device/task.h"
#include "recorder/memory/maps.h"

namespace mecrr {

class Nearby {
 public:
  /// Looks at what is near the task, and counts which words of the pages that have been looked at
  /// before have changed since. Costs up to 1 ms.
  /// @param hints  more addresses that are near
  /// @param writable  all that the program can write to: nothing else is looked at
  Result<void> look(const StoppedTask& task, const Registers& registers,
                    const std::vector<RemoteAddress>& hints, const std::vector<MapsLine>& writable);

  /// Of the last look; lowest first.
  const std::vector<RemoteAddress>& pages() const { return pages_; }
  /// Words of eight bytes, those that changed most often first.
  std::vector<RemoteRange> changed() const;

 private:
  void count_changes(RemoteAddress page, ByteView now);

  std::vector<RemoteAddress> pages_;
  std::map<RemoteAddress, Bytes> seen_;  // what pages held when they were looked at last
  std::map<RemoteAddress, int> changes_;
};

}  // namespace mecrr
