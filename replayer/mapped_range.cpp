#include "replayer/mapped_range.h"

#include <sys/mman.h>

namespace mecrr {

std::vector<MappedFile> executable_files(const std::vector<MappedRange>& mappings) {
  std::vector<MappedFile> files;
  for (const MappedRange& mapping : mappings) {
    if (mapping.content && (mapping.protection & PROT_EXEC) != 0)
      files.push_back({mapping.range, *mapping.content, mapping.offset, mapping.name});
  }
  return files;
}

}  // namespace mecrr
