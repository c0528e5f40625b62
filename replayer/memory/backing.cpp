#include "replayer/memory/backing.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <future>
#include <utility>
#include <vector>

#include "base/files.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kFileBytes = std::uint64_t{1} << 62;  // sparse: costs nothing
constexpr std::uint64_t kSlots = kFileBytes / Backing::kSlotBytes;

Result<UniqueFd> sparse_file(const char* name) {
  UniqueFd file = TRY(create_memfd(name));
  if (::ftruncate(file.get(), static_cast<off_t>(kFileBytes)) < 0)
    return fail_errno("making room for {}", name);
  return file;
}

Result<std::uint64_t> slot_offset(const char* what, std::uint64_t number, std::uint64_t offset,
                                  std::uint64_t size) {
  if (number == 0 || number >= kSlots) return fail("there can be no {} {}", what, number);
  if (offset > Backing::kSlotBytes || size > Backing::kSlotBytes - offset) {
    return fail("{} {}: {} bytes at {} are beyond what a file can have", what, number, size,
                offset);
  }
  return number * Backing::kSlotBytes + offset;
}

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

Result<std::shared_ptr<Backing>> Backing::create(const Reader& reader) {
  std::shared_ptr<Backing> backing(new Backing(reader.another()));
  if (::sched_getaffinity(0, sizeof backing->processors_, &backing->processors_) != 0)
    CPU_ZERO(&backing->processors_);
  backing->contents_ = TRY(sparse_file("mecrr contents"));
  backing->objects_ = TRY(sparse_file("mecrr objects"));
  backing->beyond_ = TRY(create_memfd("mecrr beyond"));
  return backing;
}

std::vector<int> Backing::descriptors() const {
  return {contents_.get(), objects_.get(), beyond_.get()};
}

Result<FilePlace> Backing::content(ContentId id, std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t at = TRY(slot_offset("content", id.value(), offset, size));
  TRY(load_once(id));
  return FilePlace{contents_.get(), at};
}

Result<FilePlace> Backing::object(ObjectId id, std::uint64_t offset, std::uint64_t size) const {
  return FilePlace{objects_.get(), TRY(slot_offset("object", id.value(), offset, size))};
}

/// Whoever asks first loads it, and others wait for that; for others than this they do not.
Result<void> Backing::load_once(ContentId id) {
  const MutexLock lock(mutex_);
  while (true) {
    const auto [known, is_new] = states_.emplace(id, State::kLoading);
    if (is_new) break;
    if (known->second == State::kLoaded) return {};
    loaded_.wait(mutex_);
  }
  mutex_.unlock();
  const Result<void> done =
      unpack(id, {contents_.get(), id.value() * kSlotBytes, 0, kSlotBytes});  // see content()
  mutex_.lock();
  if (done) {
    states_[id] = State::kLoaded;
  } else {
    states_.erase(id);
  }
  loaded_.notify_all();
  return done;
}

/// What a program of many megabytes waits for at its start: several threads do it.
Result<void> Backing::unpack(ContentId id, const Place& to) {
  const std::size_t threads = std::min<std::size_t>(
      TRY(reader_->part_count(id)), static_cast<std::size_t>(CPU_COUNT(&processors_)));
  std::vector<std::future<Result<void>>> others;
  for (std::size_t i = 1; i < threads; ++i) {
    // Where no thread is to be had, the work is done below, by get().
    others.push_back(
        std::async(std::launch::async | std::launch::deferred, [this, id, i, threads, to] {
          // A thread that traces is kept on one processor, and with it those that it makes. If it
          // cannot be let go it is slower, and nothing else.
          (void)::sched_setaffinity(0, sizeof processors_, &processors_);
          return unpack_some(id, to, {.first = i, .step = threads});
        }));
  }
  Result<void> all = unpack_some(id, to, {.first = 0, .step = std::max<std::size_t>(threads, 1)});
  for (auto& other : others) {
    Result<void> done = other.get();
    if (all && !done) all = std::move(done);
  }
  return all;
}

Result<void> Backing::unpack_some(ContentId id, const Place& to, Reader::SomeParts which) {
  return reader_->another()->for_some_parts(
      id, which, [&](std::uint64_t offset, ByteView bytes) -> Result<void> {
        const std::uint64_t start = std::max(offset, to.first);
        const std::uint64_t end = std::min(offset + bytes.size(), to.first + to.size);
        if (start >= end) return {};
        const ByteView wanted = bytes.subspan(start - offset, end - start);
        if (is_zero(wanted)) return {};
        TRY(count(wanted.size()));
        return write_all_at(to.descriptor, wanted, to.offset + (start - to.first));
      });
}

Result<void> Backing::write_object(const pb::ObjectWrite& write) {
  const ObjectId id(write.object());
  const bool is_of_content = write.has_content();
  const std::uint64_t size = is_of_content ? write.content().valid() : write.data().size();
  const std::uint64_t at = TRY(slot_offset("object", id.value(), write.offset(), size));
  const MutexLock lock(mutex_);
  if (!is_of_content) {
    constants_.erase(id);
    TRY(count(size));
    return write_all_at(objects_.get(), as_bytes(write.data()), at);
  }
  // It is mapped again, by another process.
  const std::string what = write.SerializeAsString();
  const auto [constant, is_new] = constants_.try_emplace(id, what);
  if (!is_new && constant->second == what) return {};
  constant->second = what;
  const pb::ContentRef& content = write.content();
  if (size == 0) return {};
  if (::fallocate(objects_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  static_cast<off_t>(at), static_cast<off_t>(size)) < 0)
    return fail_errno("making an object zero");
  return unpack(ContentId(content.content()),
                {objects_.get(), at, content.offset(), content.valid()});
}

Result<void> Backing::count(std::uint64_t bytes) {
  if (stored_.fetch_add(bytes) + bytes > kMaxStoredBytes)
    return fail("the trace holds more than {} GiB of file contents", kMaxStoredBytes >> 30);
  return {};
}

}  // namespace mecrr
