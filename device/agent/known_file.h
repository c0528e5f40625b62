// Files whose content is in the trace already: a program can map such a one, as far as it is there,
// without a stop. The recorder tells the agent of them (Device::know_files()), and is told by the
// agent which it was (a kWritten part of the call's record, at no address of the program's, that
// never gets into a trace). Freestanding.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace mecrr::agent {

/// A file is the same content as long as all of this is the same.
struct FileKey {
  std::uint64_t device, inode, size;
  std::int64_t modified_s, modified_ns, changed_s, changed_ns;

  friend auto operator<=>(const FileKey&, const FileKey&) = default;
};

struct KnownFile {
  FileKey key;
  std::uint64_t start, end;  ///< bytes of the file that are in the trace; whole pages
};
static_assert(sizeof(KnownFile) == 72);

inline constexpr std::size_t kKnownFiles = 64;

}  // namespace mecrr::agent
