// The mappings of a traced process, as /proc/PID/maps lists them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/remote_address.h"

namespace mecrr {

struct MapsLine {
  RemoteRange range;
  int protection = 0;  ///< PROT_…
  bool shared = false;
  std::uint64_t offset = 0;  ///< bytes into the file
  std::uint64_t inode = 0;   ///< 0: no file
  std::string name;          ///< path, "[stack]", …, or empty

  bool is_special() const { return name.starts_with('['); }
};

/// All mappings of the task's address space, lowest first.
Result<std::vector<MapsLine>> read_maps(Tid tid);

/// The mapping that an address is in, among mappings that read_maps() gave; null if there is none.
const MapsLine* mapping_at(const std::vector<MapsLine>& maps, RemoteAddress at);

/// Of mappings, those that the program can write to. What is mecrr's own is none of them.
std::vector<MapsLine> writable_by_program(std::vector<MapsLine> maps);

/// The first address at or above `range`'s start, and inside it, that is not mapped; else its end.
RemoteAddress first_hole(const std::vector<MapsLine>& maps, RemoteRange range);

}  // namespace mecrr
