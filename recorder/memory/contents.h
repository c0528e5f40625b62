// Contents of files that are mapped, as they are put into the trace: each part once, however often
// it is mapped.
//
// A file is the same content as long as device, inode, size and times are the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/mapping.h"
#include "device/agent/known_file.h"
#include "device/patching/call_sites.h"
#include "recorder/memory/page_set.h"
#include "recorder/nondeterminism/trap_sites.h"
#include "trace-format/writer.h"

namespace mecrr {

/// The bytes [offset, offset + size) of a file; both multiples of the page size.
struct MappedPart {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  bool executable = false;
};

struct RecordedPart {
  ContentId content;
  std::uint64_t valid = 0;  ///< bytes of the part that the file reaches, rounded up to a page
  /// Of an executable part: instructions that must be replaced, by ascending offset in the file.
  std::vector<TrapSite> traps;
};

class Contents {
 public:
  explicit Contents(Writer& writer) : writer_(&writer) {}  ///< `writer` outlives this

  /// Sees to it that the trace holds the part. Of a file with an executable part, also what people
  /// need who look at it: section headers, symbols, debug information.
  /// @param fd  a regular file, open for reading; not kept
  Result<RecordedPart> store(int fd, const std::string& path, const MappedPart& part);

  /// Whether the file's times tell whether it will have changed: not if it has changed just now.
  static Result<bool> has_settled(int fd);

  /// What is stored already of the file with this key: the part, which is not executable. Fails if
  /// not all of it is.
  struct Found {
    RecordedPart part;
    std::string path;  ///< by which it was first seen
  };
  Result<Found> find(const agent::FileKey& key, const MappedPart& part) const;

  /// Files of which it can be seen by their keys that they have not changed since: the last that
  /// store() has added to, the latest last.
  const std::vector<agent::KnownFile>& known_files() const { return known_; }

  /// The call site whose `syscall`, cpuid or rdtsc stands at `offset` of a content that is
  /// executed: it counts as used from now on. Null if the content is not executed.
  const CallSite* use_call_site(ContentId content, std::uint64_t offset);
  /// Each rdtsc and rdtscp that can lead to the agent counts as used.
  void use_counters(ContentId content);
  /// Whether to plan a patch costs much less than a stop or two, whatever is there to be patched.
  bool is_cheap_to_plan(ContentId content) const;
  /// Those in the part that have been used, by offset.
  std::vector<const CallSite*> used_call_sites(ContentId content, const MappedPart& part) const;

 private:
  using Key = agent::FileKey;
  struct Content {
    ContentId id;
    std::string path{};
    std::uint64_t size = 0;
    PageSet stored{};
    bool executed = false;  // `traps` is known, and symbols are stored
    std::vector<TrapSite> traps{};
    // The whole file, to plan patches from.
    std::optional<Mapping> file{};
    std::optional<CallSites> sites{};
    std::map<std::uint64_t, CallSite> used{};  // by offset
    bool uses_counters = false;
  };

  static Result<Key> key_of(int fd);
  void note_known(const Key& key, const Content& content);
  Result<void> store_bytes(int fd, Content& content, std::uint64_t start, std::uint64_t end);
  Result<void> store_for_people(int fd, Content& content);

  Writer* writer_;
  std::map<Key, Content> contents_;
  std::vector<agent::KnownFile> known_;     // at most agent::kKnownFiles
  std::map<ContentId, Content*> executed_;  // those that have call sites
};

}  // namespace mecrr
