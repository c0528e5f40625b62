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

#include <cstdint>
#include <set>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/unique_fd.h"
#include "trace-format/reader.h"

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

  /// `reader` outlives this.
  static Result<Backing> create(Reader& reader);

  /// For Blank::descriptors.
  std::vector<int> descriptors() const;

  /// Where `size` bytes of a content or an object are. Fails if there is no such content, or they
  /// do not fit into a slot.
  Result<FilePlace> content(ContentId id, std::uint64_t offset, std::uint64_t size);
  Result<FilePlace> object(ObjectId id, std::uint64_t offset, std::uint64_t size) const;
  FilePlace beyond() const { return {beyond_.get(), 0}; }

  /// Changes an object for all who have it mapped.
  Result<void> write_object(ObjectId id, std::uint64_t offset, ByteView data);

 private:
  explicit Backing(Reader& reader) : reader_(&reader) {}
  Result<void> load(ContentId id);
  Result<void> count(std::uint64_t bytes);

  Reader* reader_;
  UniqueFd contents_, objects_, beyond_;
  std::set<ContentId> loaded_;
  std::uint64_t stored_ = 0;
};

}  // namespace mecrr
