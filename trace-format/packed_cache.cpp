#include "trace-format/packed_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <optional>
#include <vector>

#include "base/files.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;
constexpr const char* kSeedName = "seed";

/// What an entry begins with; the blocks follow.
struct EntryHead {
  using Magic = std::array<char, 8>;
  static constexpr Magic kHasty = {'m', 'e', 'c', 'r', 'r', 'l', 'z', '1'};
  static constexpr Magic kBetter = {'m', 'e', 'c', 'r', 'r', 'l', 'z', '2'};

  Magic magic;
  Hash128 data_hash;  ///< the entry's name
  std::uint64_t data_bytes;
  std::uint64_t packed_bytes;
  std::uint64_t packed_hash;  ///< hash64()
};

std::string name_of(const Hash128& data_hash) { return fmt::format("{}", data_hash); }

/// Also those that it is in.
bool make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), kFolderMode) == 0 || errno == EEXIST) return true;
  if (errno != ENOENT) return false;
  const std::size_t parent = path.find_last_of('/');
  if (parent == std::string::npos || parent == 0) return false;
  return make_folder(path.substr(0, parent)) &&
         (::mkdir(path.c_str(), kFolderMode) == 0 || errno == EEXIST);
}

/// Whether it is ours alone, and of this type.
bool is_ours(int fd, mode_t type) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 && (status.st_mode & S_IFMT) == type &&
         status.st_uid == ::geteuid() && (status.st_mode & kOthersWrite) == 0;
}

UniqueFd open_in(int folder, const std::string& name, int flags) {
  constexpr int kAlways = O_CLOEXEC | O_NOFOLLOW;
  return UniqueFd(::openat(folder, name.c_str(), flags | kAlways, kFileMode));
}

std::optional<std::uint64_t> read_seed(int folder) {
  const UniqueFd file = open_in(folder, kSeedName, O_RDONLY);
  std::uint64_t seed = 0;
  if (!file.is_open() || !is_ours(file.get(), S_IFREG) ||
      !read_exact(file.get(), object_bytes(seed)))
    return std::nullopt;
  return seed;
}

/// The folder's, or a new one. Empty also while another process is making it.
std::optional<std::uint64_t> seed_of(int folder) {
  if (const auto seed = read_seed(folder)) return seed;
  std::uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, 0) != sizeof seed) return std::nullopt;
  const UniqueFd file = open_in(folder, kSeedName, O_WRONLY | O_CREAT | O_EXCL);
  if (!file.is_open() || !write_all(file.get(), object_bytes(std::as_const(seed))))
    return std::nullopt;
  return seed;
}

/// Says that the entry has been used: not each time.
void mark_as_used(int fd, const struct stat& status) {
  constexpr std::time_t kOften_s = 24 * 60 * 60;
  if (std::time(nullptr) - status.st_mtim.tv_sec > kOften_s) (void)::futimens(fd, nullptr);
}

struct OpenEntry {
  UniqueFd file;
  struct stat status{};
  EntryHead head{};

  bool is_hasty() const { return head.magic == EntryHead::kHasty; }
};

/// One that may be believed as far as its head says. Its blocks follow.
std::optional<OpenEntry> open_entry(int folder, const std::string& name) {
  OpenEntry entry{.file = open_in(folder, name, O_RDONLY)};
  if (!entry.file.is_open() || !is_ours(entry.file.get(), S_IFREG) ||
      ::fstat(entry.file.get(), &entry.status) != 0 ||
      !read_exact_at(entry.file.get(), object_bytes(entry.head), 0))
    return std::nullopt;
  const EntryHead& head = entry.head;
  const bool has_magic = entry.is_hasty() || head.magic == EntryHead::kBetter;
  if (!has_magic || name_of(head.data_hash) != name || head.data_bytes > kMaxFrameBytes ||
      head.packed_bytes > max_packed_bytes(head.data_bytes) ||
      static_cast<std::uint64_t>(entry.status.st_size) != sizeof head + head.packed_bytes)
    return std::nullopt;
  return entry;
}

/// Fills all of `blocks`, if they are what was written.
bool read_blocks(const OpenEntry& entry, MutableBytes blocks) {
  return read_exact_at(entry.file.get(), blocks, sizeof entry.head) &&
         hash64(blocks) == entry.head.packed_hash;
}

struct Entry {
  std::string name;
  std::uint64_t bytes;
  timespec used;

  auto age() const { return std::pair(used.tv_sec, used.tv_nsec); }
};

/// All files but the seed: entries, and what processes that died have left.
std::vector<Entry> entries_of(int folder) {
  std::vector<Entry> entries;
  UniqueFd own(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* all = own.is_open() ? ::fdopendir(own.get()) : nullptr;
  if (all == nullptr) return entries;
  (void)own.release();  // closedir() closes it
  while (const dirent* one = ::readdir(all)) {
    struct stat status{};
    if (std::string_view(one->d_name) == kSeedName) continue;
    if (::fstatat(folder, one->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(status.st_mode)) continue;
    entries.push_back({one->d_name, static_cast<std::uint64_t>(status.st_size), status.st_mtim});
  }
  ::closedir(all);
  return entries;
}

}  // namespace

std::unique_ptr<PackedCache> PackedCache::open(const std::string& folder,
                                               std::uint64_t most_bytes) {
  if (!folder.starts_with('/') || !make_folder(folder)) return nullptr;
  UniqueFd fd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.is_open() || !is_ours(fd.get(), S_IFDIR)) return nullptr;
  const auto seed = seed_of(fd.get());
  if (!seed) return nullptr;
  return std::unique_ptr<PackedCache>(new PackedCache(std::move(fd), *seed, most_bytes));
}

PackedCache::PackedCache(UniqueFd folder, std::uint64_t seed, std::uint64_t most_bytes)
    : folder_(std::move(folder)), seed_(seed), most_bytes_(most_bytes) {}

PackedCache::~PackedCache() {
  if (use_.added != 0) remove_oldest();
}

void PackedCache::append_blocks(Bytes& to, ByteView data) {
  const Hash128 data_hash = hash128(data, seed_);
  if (append_entry(to, data_hash, data.size())) {
    ++use_.known;
    use_.known_bytes += data.size();
    return;
  }
  const std::size_t before = to.size();
  pack_blocks(to, data);
  if (!may_add_) return;
  may_add_ = add_entry(data_hash, data.size(), ByteView(to).subspan(before), Effort::kLittle);
  if (!may_add_) return;
  ++use_.added;
  ++use_.hasty;
}

bool PackedCache::append_entry(Bytes& to, const Hash128& data_hash, std::uint64_t data_bytes) {
  const auto entry = open_entry(folder_.get(), name_of(data_hash));
  if (!entry || entry->head.data_bytes != data_bytes) return false;
  const std::size_t before = to.size();
  to.resize(before + entry->head.packed_bytes);
  if (!read_blocks(*entry, MutableBytes(to).subspan(before))) {
    to.resize(before);
    return false;
  }
  mark_as_used(entry->file.get(), entry->status);
  if (entry->is_hasty()) ++use_.hasty;
  return true;
}

std::uint64_t PackedCache::pack_better() {
  const UniqueFd lock = open_in(folder_.get(), kSeedName, O_RDONLY);
  if (!lock.is_open() || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return 0;
  std::vector<Entry> entries = entries_of(folder_.get());
  std::ranges::sort(entries, std::ranges::greater(), &Entry::age);
  std::uint64_t packed = 0;
  for (const Entry& entry : entries)
    if (pack_better(entry.name)) ++packed;
  return packed;
}

bool PackedCache::pack_better(const std::string& name) const {
  const auto entry = open_entry(folder_.get(), name);
  if (!entry || !entry->is_hasty()) return false;
  Bytes hasty(entry->head.packed_bytes);
  if (!read_blocks(*entry, hasty)) return false;
  const auto data = unpack_blocks(hasty, entry->head.data_bytes);
  if (!data || hash128(*data, seed_) != entry->head.data_hash) return false;
  Bytes blocks;
  pack_blocks(blocks, *data, Effort::kMuch);
  if (!add_entry(entry->head.data_hash, data->size(), blocks, Effort::kMuch)) return false;
  // It has not been used now.
  const std::array<timespec, 2> times{entry->status.st_atim, entry->status.st_mtim};
  (void)::utimensat(folder_.get(), name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
  return true;
}

bool PackedCache::add_entry(const Hash128& data_hash, std::uint64_t data_bytes, ByteView blocks,
                            Effort effort) const {
  const std::string name = name_of(data_hash);
  const std::string made = fmt::format("{}.{}", name, ::getpid());
  const UniqueFd file = open_in(folder_.get(), made, O_WRONLY | O_CREAT | O_EXCL);
  if (!file.is_open()) return false;
  const EntryHead head{.magic = effort == Effort::kMuch ? EntryHead::kBetter : EntryHead::kHasty,
                       .data_hash = data_hash,
                       .data_bytes = data_bytes,
                       .packed_bytes = blocks.size(),
                       .packed_hash = hash64(blocks)};
  const bool is_written = write_all(file.get(), object_bytes(head)) &&
                          write_all(file.get(), blocks) &&
                          ::renameat(folder_.get(), made.c_str(), folder_.get(), name.c_str()) == 0;
  if (!is_written) (void)::unlinkat(folder_.get(), made.c_str(), 0);
  return is_written;
}

void PackedCache::remove_oldest() const {
  std::vector<Entry> entries = entries_of(folder_.get());
  std::uint64_t bytes = 0;
  for (const Entry& entry : entries) bytes += entry.bytes;
  if (bytes <= most_bytes_) return;
  std::ranges::sort(entries, {}, &Entry::age);
  for (const Entry& entry : entries) {
    if (bytes <= most_bytes_ / 4 * 3) break;  // so that it is not done each time
    (void)::unlinkat(folder_.get(), entry.name.c_str(), 0);
    bytes -= entry.bytes;
  }
}

}  // namespace mecrr
