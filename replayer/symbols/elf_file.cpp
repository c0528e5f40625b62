#include "replayer/symbols/elf_file.h"

#include <elf.h>

#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "base/files.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 36;  // 64 GiB: a hole costs nothing

/// Which bytes of a file are there: start -> end, touching ranges joined.
class Extents {
 public:
  void add(std::uint64_t start, std::uint64_t size) {
    std::uint64_t end = start + size;
    auto next = extents_.upper_bound(start);
    if (next != extents_.begin() && std::prev(next)->second >= start) {
      --next;
      start = next->first;
    }
    while (next != extents_.end() && next->first <= end) {
      end = std::max(end, next->second);
      next = extents_.erase(next);
    }
    extents_.emplace(start, end);
  }

  bool contains(std::uint64_t start, std::uint64_t size) const {
    auto after = extents_.upper_bound(start);
    if (after == extents_.begin()) return false;
    const std::uint64_t end = std::prev(after)->second;
    return start <= end && size <= end - start;
  }

 private:
  std::map<std::uint64_t, std::uint64_t> extents_;
};

Result<Extents> write_parts(StoredFiles& files, ContentId content, int memory) {
  Extents extents;
  TRY(files.for_each_part(content, [&](std::uint64_t offset, ByteView bytes) -> Result<void> {
    if (offset > kMaxFileBytes || bytes.size() > kMaxFileBytes - offset)
      return fail("content {} has a part at byte {}, beyond {} GiB", content, offset,
                  kMaxFileBytes >> 30);
    extents.add(offset, bytes.size());
    return write_all_at(memory, bytes, offset);
  }));
  return extents;
}

Result<Elf64_Ehdr> read_header(int memory, const Extents& stored) {
  if (!stored.contains(0, sizeof(Elf64_Ehdr))) return fail("the ELF header is not in the trace");
  Elf64_Ehdr header;
  TRY(read_exact_at(memory, object_bytes(header), 0));
  const bool ours = std::equal(header.e_ident, header.e_ident + SELFMAG, ELFMAG) &&
                    header.e_ident[EI_CLASS] == ELFCLASS64 &&
                    header.e_ident[EI_DATA] == ELFDATA2LSB && header.e_machine == EM_X86_64;
  if (!ours) return fail("not an x86-64 ELF file");
  return header;
}

Result<std::vector<LoadSegment>> read_segments(int memory, const Elf64_Ehdr& header,
                                               const Extents& stored) {
  const std::uint64_t bytes = std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr);
  if (header.e_phentsize != sizeof(Elf64_Phdr) || !stored.contains(header.e_phoff, bytes))
    return fail("the ELF program headers are not in the trace");
  std::vector<LoadSegment> segments;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    TRY(read_exact_at(memory, object_bytes(segment), header.e_phoff + i * sizeof segment));
    if (segment.p_type == PT_LOAD)
      segments.push_back({segment.p_offset, segment.p_vaddr, segment.p_filesz});
  }
  return segments;
}

/// The section headers, and the names that libelf looks sections up by.
bool has_sections(int memory, const Elf64_Ehdr& header, const Extents& stored) {
  const std::uint64_t bytes = std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr);
  if (bytes == 0 || header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shoff > kMaxFileBytes ||
      !stored.contains(header.e_shoff, bytes) || header.e_shstrndx >= header.e_shnum)
    return false;
  Elf64_Shdr names;
  const std::uint64_t at = header.e_shoff + header.e_shstrndx * sizeof names;
  return read_exact_at(memory, object_bytes(names), at) &&
         stored.contains(names.sh_offset, names.sh_size);
}

Result<void> hide_sections(int memory, Elf64_Ehdr header) {
  header.e_shoff = 0;
  header.e_shnum = 0;
  header.e_shstrndx = SHN_UNDEF;
  return write_all_at(memory, object_bytes(header), 0);
}

}  // namespace

Result<ElfFile> rebuild_elf(StoredFiles& files, ContentId content) {
  UniqueFd memory = TRY(create_memfd("mecrr-symbols"));
  const Extents stored = TRY(write_parts(files, content, memory.get()));
  const Elf64_Ehdr header = TRY(read_header(memory.get(), stored));
  auto segments = TRY(read_segments(memory.get(), header, stored));
  if (!has_sections(memory.get(), header, stored)) TRY(hide_sections(memory.get(), header));
  return ElfFile{std::move(memory), std::move(segments)};
}

std::optional<std::uint64_t> load_bias(const ElfFile& file, RemoteAddress mapped,
                                       std::uint64_t offset) {
  for (const LoadSegment& segment : file.segments) {
    const std::uint64_t page =
        segment.offset % kPageBytes;  // a segment is mapped from its page's start
    const std::uint64_t start = segment.offset - page;
    if (offset >= start && offset - start < segment.file_size + page)
      return mapped.value() - (segment.address - page + (offset - start));
  }
  return std::nullopt;
}

}  // namespace mecrr
