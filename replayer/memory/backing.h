#pragma once

// Where the memory of replayed processes comes from: three files in memory, which every blank task
// has open by the same numbers as we have.
//
//   contents   │ content 1    │ content 2    │ …      mapped MAP_PRIVATE; each has a slot of its
//   own, objects    │ object 1     │ object 2     │ …      mapped MAP_SHARED   and the files are
//   sparse beyond     (empty)                               mapped where a file had ended: touching
//   it is a
//                                                    SIGBUS, as it was in the recording
//
// Three files suffice for all, so that the filter that confines a blank task can name them before
// anybody knows what will be mapped. A content is read from the trace when it is first mapped.
//
// Threads: any. Replays of one trace can share it.

#include <sched.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "base/unique_fd.h"
#include "trace-format/reader.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// One piece of shared memory, as the trace numbers them.
using ObjectId = Id<struct ObjectIdTag>;

/// What mmap is told: descriptor (the same here and in blank tasks) and offset.
struct FilePlace {
  int descriptor = -1;
  std::uint64_t offset = 0;
};

class Backing {
 public:
  /// Bytes that one content or object can have: larger files cannot be replayed.
  static constexpr std::uint64_t kSlotBytes = std::uint64_t{1} << 41;
  /// Bytes of all contents and object writes together, a limit for traces that are made to exhaust
  /// memory.
  static constexpr std::uint64_t kMaxStoredBytes = std::uint64_t{64} << 30;

  static Result<std::shared_ptr<Backing>> create(const Reader& reader);
  Backing(const Backing&) = delete;
  Backing& operator=(const Backing&) = delete;

  /// For Blank::descriptors.
  std::vector<int> descriptors() const;

  /// Where `size` bytes of a content or an object are. Fails if there is no such content, or they
  /// do not fit into a slot.
  Result<FilePlace> content(ContentId id, std::uint64_t offset, std::uint64_t size);
  Result<FilePlace> object(ObjectId id, std::uint64_t offset, std::uint64_t size) const;
  FilePlace beyond() const { return {beyond_.get(), 0}; }

  /// Changes an object for all who have it mapped.
  Result<void> write_object(const pb::ObjectWrite& write) MECRR_EXCLUDES(mutex_);

 private:
  enum class State { kLoading, kLoaded };

  explicit Backing(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
  Result<void> load_once(ContentId id) MECRR_EXCLUDES(mutex_);
  /// What a content's bytes are written to: byte `first` of it to `offset` of a file, and so on.
  struct Place {
    int descriptor;
    std::uint64_t offset, first, size;
  };
  Result<void> unpack(ContentId id, const Place& to);
  Result<void> unpack_some(ContentId id, const Place& to, Reader::SomeParts which);
  Result<void> count(std::uint64_t bytes);

  const std::unique_ptr<Reader> reader_;  // only to make others of it
  cpu_set_t processors_{};                // that we may use; none if nobody knows
  UniqueFd contents_, objects_, beyond_;
  std::atomic<std::uint64_t> stored_{0};
  Mutex mutex_;
  Condition loaded_;
  std::map<ContentId, State> states_ MECRR_GUARDED_BY(mutex_);  // not there: not asked for
  // Objects that nothing has been written to but this, from a content.
  std::map<ObjectId, std::string> constants_ MECRR_GUARDED_BY(mutex_);
};

}  // namespace mecrr
