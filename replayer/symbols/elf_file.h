#pragma once

// An ELF file put together from the parts that a trace holds, so that libelf can open it. Holes are
// zero. Where the section headers are in a hole, the ELF header is made to say that there are none:
// readers then go by the program headers (.dynsym by PT_DYNAMIC, .eh_frame by PT_GNU_EH_FRAME),
// which are always mapped.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/unique_fd.h"
#include "replayer/symbols/stored_files.h"

namespace mecrr {

/// A PT_LOAD program header.
struct LoadSegment {
  std::uint64_t offset = 0;     ///< bytes into the file
  std::uint64_t address = 0;    ///< where the file wants it, before the bias is added
  std::uint64_t file_size = 0;  ///< bytes
};

struct ElfFile {
  UniqueFd memory;  ///< memfd with the file
  std::vector<LoadSegment> segments;
};

/// Fails if the content is no x86-64 ELF file, or if the trace holds too little of it to tell.
Result<ElfFile> rebuild_elf(StoredFiles& files, ContentId content);

/// What is added to the file's addresses where byte `offset` of it is mapped at `mapped`; empty if
/// no segment has that byte.
std::optional<std::uint64_t> load_bias(const ElfFile& file, RemoteAddress mapped,
                                       std::uint64_t offset);

}  // namespace mecrr
