#include "device/agent/shaping.h"

#include <asm/mman.h>
#include <asm/stat.h>
#include <linux/mman.h>

#include "device/agent/descriptors.h"
#include "device/agent/kernel.h"

namespace mecrr::agent {
namespace {

constexpr std::uint64_t kPage = 4096;

/// Arguments of mmap; the first two of the others are the same.
enum : unsigned { kAddress, kLength, kProtection, kFlags, kFile, kOffset };

bool is_mecrrs(const Call& call) { return call.arguments[kAddress] < kEnd; }

bool shows_file(const Call& call) {
  return call.number == SYS_mmap && (call.arguments[kFlags] & MAP_ANONYMOUS) == 0;
}

std::int64_t look_at_file(int fd, struct stat& file) {
  return kernel(SYS_fstat, static_cast<std::uint64_t>(fd), address_of(&file));
}

/// What takes the place of other mappings may take that of code that leads here; so may munmap.
bool can_map(const Call& call) {
  constexpr std::uint64_t kMust = MAP_PRIVATE;
  constexpr std::uint64_t kMay = kMust | MAP_ANONYMOUS | MAP_FIXED | MAP_DENYWRITE |
                                 MAP_EXECUTABLE | MAP_NORESERVE | MAP_POPULATE | MAP_STACK;
  const std::uint64_t flags = static_cast<std::uint32_t>(call.arguments[kFlags]);
  const std::uint64_t protection = call.arguments[kProtection];
  constexpr std::uint64_t kKnown = PROT_READ | PROT_WRITE | PROT_EXEC;
  if ((flags & kMust) != kMust || (flags & ~kMay) != 0 || (protection & ~kKnown) != 0) return false;
  if ((flags & MAP_FIXED) != 0 && is_mecrrs(call)) return false;
  if ((flags & MAP_ANONYMOUS) != 0) return (protection & PROT_EXEC) == 0;
  constexpr std::uint32_t kTypeBits = 0170000, kRegular = 0100000;
  struct stat file{};
  return look_at_file(call.fd(kFile), file) == 0 && (file.st_mode & kTypeBits) == kRegular;
}

bool can_move(const Call& call) {
  constexpr unsigned kOldSize = 1, kMoveFlags = 3;
  return (call.arguments[kMoveFlags] & ~std::uint64_t{MREMAP_MAYMOVE}) == 0 &&
         call.arguments[kOldSize] != 0 && !is_mecrrs(call);
}

/// All that leave shared memory alone.
bool can_advise(const Call& call) {
  switch (call.arguments[2]) {
    case MADV_NORMAL:
    case MADV_RANDOM:
    case MADV_SEQUENTIAL:
    case MADV_WILLNEED:
    case MADV_DONTNEED:
    case MADV_FREE:
    case MADV_DONTFORK:
    case MADV_DOFORK:
    case MADV_MERGEABLE:
    case MADV_UNMERGEABLE:
    case MADV_HUGEPAGE:
    case MADV_NOHUGEPAGE:
    case MADV_DONTDUMP:
    case MADV_DODUMP:
    case MADV_WIPEONFORK:
    case MADV_KEEPONFORK:
    case MADV_COLD:
    case MADV_PAGEOUT:
      return !is_mecrrs(call);
    default:
      return false;
  }
}

/// It may be code, but the program must not become able to change it: sites that lead here are then
/// put back first.
bool can_protect(const Call& call) { return (call.arguments[2] & ~std::uint64_t{PROT_READ}) == 0; }

bool can_be_made(const Call& call) {
  switch (call.number) {
    case SYS_mmap:
      return can_map(call);
    case SYS_mprotect:
      return can_protect(call);
    case SYS_mremap:
      return can_move(call);
    case SYS_madvise:
      return can_advise(call);
    default:  // what is unmapped may be anything
      return true;
  }
}

FileKey key_of(const struct stat& file) {
  return {.device = file.st_dev,
          .inode = file.st_ino,
          .size = static_cast<std::uint64_t>(file.st_size),
          .modified_s = static_cast<std::int64_t>(file.st_mtime),
          .modified_ns = static_cast<std::int64_t>(file.st_mtime_nsec),
          .changed_s = static_cast<std::int64_t>(file.st_ctime),
          .changed_ns = static_cast<std::int64_t>(file.st_ctime_nsec)};
}

/// Whether nothing that the file has within the mapping is missing in the trace.
bool has_all(const KnownFile& known, const Call& call) {
  const std::uint64_t offset = call.arguments[kOffset];
  const std::uint64_t file_end = (known.key.size + kPage - 1) & ~(kPage - 1);
  if (offset >= file_end) return true;
  const std::uint64_t left = file_end - offset;
  const std::uint64_t size = call.arguments[kLength] < left ? call.arguments[kLength] : left;
  return offset >= known.start && offset + size <= known.end;
}

bool is_known(const FileKey& key, const Call& call) {
  const AgentState& agent = state();
  for (std::uint64_t i = 0; i < agent.known_file_count && i < kKnownFiles; ++i) {
    if (agent.known_files[i].key == key) return has_all(agent.known_files[i], call);
  }
  return false;
}

/// From now on what is written to the file are stops, if it is opened anew.
void note_mapped(const FileKey& key) {
  const std::uint64_t bit = key.inode % kMappedBits;
  std::uint8_t& byte = state().mapped_files[bit / 8];
  byte = static_cast<std::uint8_t>(byte | 1U << bit % 8);
}

/// Whether any descriptor may be of a file that is written to, and be this one.
bool may_be_written() {
  const AgentState& agent = state();
  if (agent.descriptors_known == 0) return true;
  for (const Descriptor descriptor : agent.descriptors) {
    if (descriptor == Descriptor::kWrittenFile) return true;
  }
  return false;
}

}  // namespace

bool can_shape(const Call& call) { return can_be_made(call) || abandon(Abandoned::kCall); }

std::int64_t shape(const Call& call) {
  const std::uint64_t* a = call.arguments;
  const bool frees = call.number == SYS_madvise && a[2] == MADV_FREE;
  return kernel(call.number, a[0], a[1], frees ? MADV_DONTNEED : a[2], a[3], a[4], a[5]);
}

Learned learned_of(const Call& call, FileKey& key) {
  if (call.number == SYS_mremap) return Learned::kAtOnce;
  if (!shows_file(call)) return Learned::kFromLog;
  // Looked at behind the call, as the recorder would.
  struct stat file{};
  if ((call.arguments[kProtection] & PROT_EXEC) != 0 || may_be_written() ||
      look_at_file(call.fd(kFile), file) != 0)
    return Learned::kAtOnce;
  key = key_of(file);
  if (!is_known(key, call)) return Learned::kAtOnce;
  note_mapped(key);
  return Learned::kFromKey;
}

}  // namespace mecrr::agent
