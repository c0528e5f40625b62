// Contents that have been packed before, kept in a folder of the user's: most of what a recording
// packs are the same libraries and programs as the time before, and to hash them is twenty times as
// fast.
//
// An entry is named by a hash of the bytes themselves, so that no file's time or name is believed.
// The hash has a seed that only the folder knows: a file cannot be made to have the hash of
// another. The folder is used only if it belongs to the user and nobody else may write there; an
// entry only if its own checksum says that it is whole. Both guard against accidents and other
// users; who can write as this user can write into any trace as well.
//
// Entries are packed with little effort at first, since a program waits. pack_better() does it
// anew, while nobody does; until then the same data may be other bytes in the next trace.
//
// What cannot be read or written is as if there were no cache: no recording fails for it.
//
// Threads: one at a time. Several processes may use a folder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/unique_fd.h"
#include "trace-format/frame.h"

namespace mecrr {

class PackedCache {
 public:
  /// Entries are removed, those not used for longest first, when there are more bytes than this.
  static constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

  /// Makes the folder, and those that it is in, if need be. Null if it cannot be used.
  static std::unique_ptr<PackedCache> open(const std::string& folder,
                                           std::uint64_t most_bytes = kMostBytes);
  PackedCache(const PackedCache&) = delete;
  PackedCache& operator=(const PackedCache&) = delete;
  ~PackedCache();

  /// Appends pack_blocks(data) (frame.h), or what that has been before.
  void append_blocks(Bytes& to, ByteView data);

  struct Use {
    std::uint64_t known = 0;        ///< parts that were found
    std::uint64_t known_bytes = 0;  ///< of data, in them
    std::uint64_t added = 0;        ///< parts that are known from now on
    std::uint64_t hasty = 0;        ///< of all these: packed with little effort
  };
  const Use& use() const { return use_; }

  /// Packs anew, with more effort, what has not been yet, the last used first. Costs some 25 ms for
  /// each MiB of data. Does nothing if another process is at it.
  /// @return how many entries
  std::uint64_t pack_better();

 private:
  PackedCache(UniqueFd folder, std::uint64_t seed, std::uint64_t most_bytes);

  bool append_entry(Bytes& to, const Hash128& data_hash, std::uint64_t data_bytes);
  bool add_entry(const Hash128& data_hash, std::uint64_t data_bytes, ByteView blocks,
                 Effort effort) const;
  bool pack_better(const std::string& name) const;
  void remove_oldest() const;

  UniqueFd folder_;
  std::uint64_t seed_;
  std::uint64_t most_bytes_;
  Use use_;
  bool may_add_ = true;
};

}  // namespace mecrr
