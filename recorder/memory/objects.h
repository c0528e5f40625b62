// Shared memory of the recorded programs: files mapped MAP_SHARED, anonymous shared memory, System
// V segments.
//
// A mapped file is the same object for all who map it. Its bytes enter the trace when it is mapped,
// and when a call (not a store of the program: the replay does that itself) changes it while it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "recorder/memory/backed_mappings.h"
#include "recorder/memory/contents.h"
#include "recorder/memory/mapping.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

class Objects {
 public:
  ObjectId anonymous();
  ObjectId system_v(int shmid);
  /// @param fd  open for reading; kept, so that the file's identity stays its own
  /// @param writable  whether it can be written to through the mapping that is made of it
  ObjectId of_file(const FileIdentity& identity, UniqueFd fd, Writable writable);
  /// Whether no mapping or call that is recorded has been able to change the file while it was
  /// mapped; it need not have been mapped yet.
  bool is_constant(const FileIdentity& identity) const;

  /// Whether any file has ever been mapped shared.
  bool has_files() const { return !files_.empty(); }
  /// The files that have ever been mapped shared.
  std::vector<FileIdentity> files() const;
  /// The object of one of them.
  std::optional<ObjectId> find(const FileIdentity& identity) const;

  /// Those bytes of a constant file are mapped: `stored`, which the trace has.
  pb::ObjectWrite constant(ObjectId object, std::uint64_t offset, std::uint64_t size,
                           const RecordedPart& stored);
  /// The file's bytes in [offset, offset + size), as far as it has some, as it is now.
  Result<std::vector<pb::ObjectWrite>> contents(ObjectId object, std::uint64_t offset,
                                                std::uint64_t size);

  /// All of a file object's bytes that were ever mapped: to be compared after a call.
  struct Snapshot {
    ObjectId object;
    Bytes bytes;
  };
  Result<Snapshot> snapshot(ObjectId object) const;
  /// What is different now, in pages.
  Result<std::vector<pb::ObjectWrite>> changes_since(const Snapshot& before);

 private:
  struct File {
    UniqueFd fd;
    std::uint64_t mapped_end = 0;  ///< bytes from the start that were ever mapped
    bool is_constant = true;
  };

  ObjectId next_{1};
  std::map<FileIdentity, ObjectId> by_file_;
  std::map<int, ObjectId> by_shmid_;
  std::map<ObjectId, File> files_;
};

}  // namespace mecrr
