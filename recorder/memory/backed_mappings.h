// Which parts of an address space show a file's content or a shared object. (Private memory of no
// file needs no book: the replay finds out by itself what is in it.)
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/remote_address.h"
#include "recorder/memory/tracee_files.h"

namespace mecrr {

/// Memory that several mappings can share, numbered from 1 in one trace.
using ObjectId = Id<struct ObjectIdTag>;

struct BackedMapping {
  RemoteRange range;
  std::optional<ObjectId> object;  ///< shared memory; else private memory of `content`
  ContentId content;
  std::uint64_t offset = 0;            ///< bytes into the object or content, of range.start
  std::uint64_t valid = 0;             ///< bytes from range.start that do not fault
  std::optional<FileIdentity> file{};  ///< absent for anonymous objects
  bool writable = true;  ///< an object that can be written to through it, now or later
};

class BackedMappings {
 public:
  /// Takes the place of whatever was there.
  void map(const BackedMapping& mapping);
  void unmap(RemoteRange range);
  /// mremap: what was at `from` is at `to`; a longer `to` shows more of the same.
  void move(RemoteRange from, RemoteRange to);

  /// Pieces that lie in `range`, cut to it, lowest first.
  std::vector<BackedMapping> in(RemoteRange range) const;
  std::vector<BackedMapping> all() const;
  bool empty() const { return by_start_.empty(); }
  bool shows(const FileIdentity& file) const;

 private:
  void split(RemoteAddress at);  ///< so that no mapping goes across `at`

  std::map<RemoteAddress, BackedMapping> by_start_;
};

}  // namespace mecrr
