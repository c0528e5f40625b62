#include "replayer/memory/backing.h"

#include <unistd.h>

#include <algorithm>

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

Result<Backing> Backing::create(Reader& reader) {
  Backing backing(reader);
  backing.contents_ = TRY(sparse_file("mecrr contents"));
  backing.objects_ = TRY(sparse_file("mecrr objects"));
  backing.beyond_ = TRY(create_memfd("mecrr beyond"));
  return backing;
}

std::vector<int> Backing::descriptors() const {
  return {contents_.get(), objects_.get(), beyond_.get()};
}

Result<FilePlace> Backing::content(ContentId id, std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t at = TRY(slot_offset("content", id.value(), offset, size));
  if (!loaded_.contains(id)) {
    TRY(load(id));
    loaded_.insert(id);
  }
  return FilePlace{contents_.get(), at};
}

Result<FilePlace> Backing::object(ObjectId id, std::uint64_t offset, std::uint64_t size) const {
  return FilePlace{objects_.get(), TRY(slot_offset("object", id.value(), offset, size))};
}

Result<void> Backing::load(ContentId id) {
  return reader_->for_each_part(id, [&](std::uint64_t offset, ByteView bytes) -> Result<void> {
    const std::uint64_t at = TRY(slot_offset("content", id.value(), offset, bytes.size()));
    if (is_zero(bytes)) return {};
    TRY(count(bytes.size()));
    return write_all_at(contents_.get(), bytes, at);
  });
}

Result<void> Backing::write_object(ObjectId id, std::uint64_t offset, ByteView data) {
  const std::uint64_t at = TRY(slot_offset("object", id.value(), offset, data.size()));
  TRY(count(data.size()));
  return write_all_at(objects_.get(), data, at);
}

Result<void> Backing::count(std::uint64_t bytes) {
  stored_ += bytes;
  if (stored_ > kMaxStoredBytes)
    return fail("the trace holds more than {} GiB of file contents", kMaxStoredBytes >> 30);
  return {};
}

}  // namespace mecrr
