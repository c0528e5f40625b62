#include "recorder/memory/contents.h"

#include <elf.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "base/mapping.h"
#include "recorder/memory/maps.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

/// Debug information of larger files stays out of the trace; names of functions stay in.
constexpr std::uint64_t kMaxDebugBytes = 64 << 20;

constexpr std::uint64_t page_down(std::uint64_t at) { return at & ~(kPageBytes - 1); }
constexpr std::uint64_t page_up(std::uint64_t at) {
  return (at + kPageBytes - 1) & ~(kPageBytes - 1);
}

struct FilePart {
  std::uint64_t offset, size;
};

/// Sections of an ELF file that are not mapped when it runs, and the table of sections.
std::vector<FilePart> unmapped_sections(ByteView file) {
  const auto header = load<Elf64_Ehdr>(file);
  if (!header || !std::ranges::equal(std::span(header->e_ident).first(SELFMAG),
                                     std::span(ELFMAG).first(SELFMAG))) {
    return {};
  }
  std::vector<FilePart> parts{{0, sizeof(Elf64_Ehdr)},
                              {header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr)}};
  std::uint64_t debug_bytes = 0;
  for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto section = load<Elf64_Shdr>(file, header->e_shoff + i * sizeof(Elf64_Shdr));
    if (!section || section->sh_type == SHT_NOBITS || (section->sh_flags & SHF_ALLOC) != 0) {
      continue;
    }
    const bool names = section->sh_type == SHT_SYMTAB || section->sh_type == SHT_STRTAB;
    if (!names) debug_bytes += section->sh_size;
    if (names || debug_bytes <= kMaxDebugBytes) {
      parts.push_back({section->sh_offset, section->sh_size});
    }
  }
  std::erase_if(parts, [&](const FilePart& part) { return !slice(file, part.offset, part.size); });
  return parts;
}

/// Fewer bytes if the file was cut just now: the rest is zero, as it is for the program.
Result<std::string> read_part(int fd, std::uint64_t offset, std::uint64_t size) {
  std::string data;
  Result<std::size_t> got = 0;
  data.resize_and_overwrite(size, [&](char* start, std::size_t room) {
    got = read_up_to_at(fd, mutable_bytes_at(start, room), offset);
    return got.value_or(0);
  });
  TRY(got);
  return data;
}

/// Of a file that was changed just now, a further change may leave its times as they are: some file
/// systems' clocks tick 100 times in a second.
bool is_settled(const agent::FileKey& key) {
  constexpr std::int64_t kTrusted_ns = 50'000'000;
  constexpr std::int64_t kNsInSecond = 1'000'000'000;
  timespec now{};
  if (::clock_gettime(CLOCK_REALTIME, &now) != 0) return false;
  const auto age_ns = [&](std::int64_t seconds, std::int64_t ns) {
    constexpr std::int64_t kLong_s = 1000;
    const std::int64_t since_s = std::min(now.tv_sec - seconds, kLong_s);
    return since_s * kNsInSecond + now.tv_nsec - ns;
  };
  return age_ns(key.modified_s, key.modified_ns) >= kTrusted_ns &&
         age_ns(key.changed_s, key.changed_ns) >= kTrusted_ns;
}

}  // namespace

Result<Contents::Key> Contents::key_of(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) < 0) return fail_errno("looking at a mapped file");
  return Key{.device = status.st_dev,
             .inode = status.st_ino,
             .size = static_cast<std::uint64_t>(status.st_size),
             .modified_s = status.st_mtim.tv_sec,
             .modified_ns = status.st_mtim.tv_nsec,
             .changed_s = status.st_ctim.tv_sec,
             .changed_ns = status.st_ctim.tv_nsec};
}

Result<RecordedPart> Contents::store(int fd, const std::string& path, const MappedPart& part) {
  const Key key = TRY(key_of(fd));
  auto [at, is_new] = contents_.try_emplace(key);
  Content& content = at->second;
  if (is_new) {
    content.id = writer_->begin_content(path);
    content.path = path;
    content.size = key.size;
  }
  const std::uint64_t end = std::min(part.offset + part.size, page_up(content.size));
  RecordedPart stored{.content = content.id, .valid = 0, .traps = {}};
  if (end > part.offset) {
    stored.valid = end - part.offset;
    TRY(with_context(store_bytes(fd, content, part.offset, end), "{}", path));
    note_known(key, content);
  }
  if (!part.executable) return stored;
  if (!content.executed) TRY(with_context(store_for_people(fd, content), "{}", path));
  std::ranges::copy_if(content.traps, std::back_inserter(stored.traps), [&](const TrapSite& site) {
    return site.offset >= part.offset && site.offset < end;
  });
  return stored;
}

Result<bool> Contents::has_settled(int fd) { return is_settled(TRY(key_of(fd))); }

Result<Contents::Found> Contents::find(const agent::FileKey& key, const MappedPart& part) const {
  const auto at = contents_.find(key);
  if (at == contents_.end()) return fail("a file was mapped that nobody knows");
  const Content& content = at->second;
  Found found{.part = {.content = content.id, .valid = 0, .traps = {}}, .path = content.path};
  const std::uint64_t end = std::min(part.offset + part.size, page_up(content.size));
  if (end <= part.offset) return found;
  if (!content.stored.contains(part.offset, end))
    return fail("{}: bytes {}.. were mapped and are not in the trace", content.path, part.offset);
  found.part.valid = end - part.offset;
  return found;
}

void Contents::note_known(const Key& key, const Content& content) {
  if (!is_settled(key)) return;
  const PageSet::Range stored = content.stored.longest();
  const auto former = std::ranges::find(known_, key, &agent::KnownFile::key);
  if (former != known_.end() && former->start == stored.start && former->end == stored.end) return;
  if (former != known_.end()) known_.erase(former);
  if (known_.size() == agent::kKnownFiles) known_.erase(known_.begin());
  known_.push_back({.key = key, .start = stored.start, .end = stored.end});
}

Result<void> Contents::store_bytes(int fd, Content& content, std::uint64_t start,
                                   std::uint64_t end) {
  for (const PageSet::Range& missing : content.stored.add(start, page_up(end))) {
    if (missing.start >= content.size) continue;
    const std::uint64_t end_of_data = std::min(missing.end, content.size);
    for (std::uint64_t at = missing.start; at < end_of_data; at += kMaxPartBytes) {
      std::string data = TRY(read_part(fd, at, std::min(end_of_data - at, kMaxPartBytes)));
      if (!data.empty()) writer_->add_part(content.id, at, std::move(data));
    }
  }
  return {};
}

Result<void> Contents::store_for_people(int fd, Content& content) {
  content.executed = true;
  if (content.size == 0) return {};
  content.file = TRY(Mapping::of_file(fd, 0, content.size, Mapping::Access::kRead));
  const Mapping& file = *content.file;
  content.traps = find_trap_sites(file.bytes());
  content.sites.emplace(file.bytes());
  executed_[content.id] = &content;
  for (const FilePart& part : unmapped_sections(file.bytes())) {
    if (part.size == 0) continue;
    TRY(store_bytes(fd, content, page_down(part.offset), part.offset + part.size));
  }
  return {};
}

const CallSite* Contents::use_call_site(ContentId id, std::uint64_t offset) {
  const auto found = executed_.find(id);
  if (found == executed_.end()) return nullptr;
  Content& content = *found->second;
  const auto used = content.used.find(offset);
  if (used != content.used.end()) return &used->second;
  return &content.used.emplace(offset, CallSite{offset, content.sites->at(offset)}).first->second;
}

void Contents::use_counters(ContentId id) {
  const auto found = executed_.find(id);
  if (found == executed_.end() || std::exchange(found->second->uses_counters, true)) return;
  for (const std::uint64_t offset : found->second->sites->may_be_counters()) {
    auto window = found->second->sites->at(offset);
    if (window) found->second->used.try_emplace(offset, CallSite{offset, std::move(window)});
  }
}

bool Contents::is_cheap_to_plan(ContentId id) const {
  constexpr std::uint64_t kMostBytes = 1 << 20;  // ld.so has 200 KiB
  const auto found = executed_.find(id);
  return found != executed_.end() && found->second->size <= kMostBytes;
}

std::vector<const CallSite*> Contents::used_call_sites(ContentId id, const MappedPart& part) const {
  std::vector<const CallSite*> sites;
  const auto found = executed_.find(id);
  if (found == executed_.end()) return sites;
  const std::map<std::uint64_t, CallSite>& used = found->second->used;
  const auto end = used.lower_bound(part.offset + part.size);
  for (auto at = used.lower_bound(part.offset); at != end; ++at) sites.push_back(&at->second);
  return sites;
}

}  // namespace mecrr
