#pragma once

// Whole reads and writes: they go on after short transfers and EINTR, and do all or say why not.
// Descriptors opened here are close-on-exec, so that no tracee inherits them.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "base/unique_fd.h"

namespace mecrr {

/// open(2) with O_CLOEXEC added. `flags` as O_RDONLY, O_WRONLY | O_CREAT | O_EXCL, …
Result<UniqueFd> open_file(const std::string& path, int flags, mode_t mode = 0666);

/// A file in memory, close-on-exec; `name` is seen in /proc/PID/maps.
Result<UniqueFd> create_memfd(const std::string& name);

/// All of a file. Also for those in /proc, whose size is not known beforehand.
/// @return an error if it holds more than `max_bytes`, before reading further.
Result<Bytes> read_file(const std::string& path, std::uint64_t max_bytes = UINT64_MAX);
Result<std::string> read_text_file(const std::string& path, std::uint64_t max_bytes = UINT64_MAX);

/// Reads on from the descriptor's position to its end.
Result<Bytes> read_to_end(int fd, std::uint64_t max_bytes = UINT64_MAX);

/// Makes or empties the file and writes all of it.
Result<void> write_file(const std::string& path, ByteView bytes);

Result<void> write_all(int fd, ByteView bytes);
Result<void> write_all_at(int fd, ByteView bytes, std::uint64_t offset);

/// Fills `into` completely; the end of the file before that is an error.
Result<void> read_exact(int fd, MutableBytes into);
Result<void> read_exact_at(int fd, MutableBytes into, std::uint64_t offset);

/// Reads up to into.size() bytes; fewer only at the end of the file.
/// @return how many
Result<std::size_t> read_up_to(int fd, MutableBytes into);
Result<std::size_t> read_up_to_at(int fd, MutableBytes into, std::uint64_t offset);

/// Size in bytes by fstat.
Result<std::uint64_t> file_size(int fd);

}  // namespace mecrr
