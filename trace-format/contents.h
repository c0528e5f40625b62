// Where the parts of contents are: which bytes of which file, in which frame.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "trace-format/frame.h"

namespace mecrr {

/// A part without its bytes.
struct PartExtent {
  ContentId content;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;

  friend bool operator==(const PartExtent&, const PartExtent&) = default;
};

/// A part that is in the file.
struct StoredPart {
  std::uint64_t size = 0;
  FrameExtent frame;
  std::size_t number = 0;  ///< in its frame
};

class ContentTable {
 public:
  /// Fails if a file's part cannot be like that, or not come next (trace.proto, ContentPart).
  Result<void> add(const PartExtent& part, const FrameExtent& frame, std::size_t number);

  /// Contents are numbered 1..count().
  std::uint64_t count() const { return contents_.size(); }
  /// How many have begun in frames before `offset`: those that an event there may refer to.
  std::uint64_t begun_before(std::uint64_t offset) const;

  /// By offset in the file; null if there is no such content.
  using Parts = std::map<std::uint64_t, StoredPart>;
  const Parts* parts(ContentId content) const;
  /// The part that stands first in the file, and names the path, with its offset. There is such a
  /// content.
  const Parts::value_type& first_part(ContentId content) const;

 private:
  struct Content {
    Parts::value_type first;  // in `parts` too, unless it is empty
    Parts parts;
  };
  std::vector<Content> contents_;
};

}  // namespace mecrr
