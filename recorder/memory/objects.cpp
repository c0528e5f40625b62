#include "recorder/memory/objects.h"

#include <algorithm>
#include <cstring>

#include "base/files.h"
#include "recorder/memory/maps.h"

namespace mecrr {
namespace {

pb::ObjectWrite object_write(ObjectId object, std::uint64_t offset, ByteView bytes) {
  pb::ObjectWrite write;
  write.set_object(static_cast<std::uint32_t>(object.value()));
  write.set_offset(offset);
  write.set_data(as_chars(bytes), bytes.size());
  return write;
}

Result<Bytes> read_part(int fd, std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t end = std::min(offset + size, TRY(file_size(fd)));
  if (end <= offset) return Bytes{};
  Bytes bytes(end - offset);
  bytes.resize(TRY(read_up_to_at(fd, bytes, offset)));
  return bytes;
}

}  // namespace

ObjectId Objects::anonymous() { return std::exchange(next_, next_.next()); }

ObjectId Objects::system_v(int shmid) {
  auto [at, is_new] = by_shmid_.try_emplace(shmid);
  if (is_new) at->second = anonymous();
  return at->second;
}

ObjectId Objects::of_file(const FileIdentity& identity, UniqueFd fd, Writable writable) {
  auto [at, is_new] = by_file_.try_emplace(identity);
  if (is_new) {
    at->second = anonymous();
    files_[at->second].fd = std::move(fd);
  }
  if (writable == Writable::kYes) files_.at(at->second).is_constant = false;
  return at->second;
}

bool Objects::is_constant(const FileIdentity& identity) const {
  const auto object = find(identity);
  return !object || files_.at(*object).is_constant;
}

pb::ObjectWrite Objects::constant(ObjectId object, std::uint64_t offset, std::uint64_t size,
                                  const RecordedPart& stored) {
  File& file = files_.at(object);
  file.mapped_end = std::max(file.mapped_end, offset + size);
  pb::ObjectWrite write;
  write.set_object(static_cast<std::uint32_t>(object.value()));
  write.set_offset(offset);
  pb::ContentRef& content = *write.mutable_content();
  content.set_content(static_cast<std::uint32_t>(stored.content.value()));
  content.set_offset(offset);
  content.set_valid(stored.valid);
  return write;
}

std::vector<FileIdentity> Objects::files() const {
  std::vector<FileIdentity> all;
  for (const auto& [file, object] : by_file_) all.push_back(file);
  return all;
}

std::optional<ObjectId> Objects::find(const FileIdentity& identity) const {
  const auto found = by_file_.find(identity);
  if (found == by_file_.end()) return std::nullopt;
  return found->second;
}

Result<std::vector<pb::ObjectWrite>> Objects::contents(ObjectId object, std::uint64_t offset,
                                                       std::uint64_t size) {
  const auto found = files_.find(object);
  if (found == files_.end()) return std::vector<pb::ObjectWrite>{};
  File& file = found->second;
  file.mapped_end = std::max(file.mapped_end, offset + size);
  const Bytes bytes = TRY(read_part(file.fd.get(), offset, size));
  if (bytes.empty()) return std::vector<pb::ObjectWrite>{};
  return std::vector<pb::ObjectWrite>{object_write(object, offset, bytes)};
}

Result<Objects::Snapshot> Objects::snapshot(ObjectId object) const {
  const File& file = files_.at(object);
  return Snapshot{object, TRY(read_part(file.fd.get(), 0, file.mapped_end))};
}

Result<std::vector<pb::ObjectWrite>> Objects::changes_since(const Snapshot& before) {
  File& file = files_.at(before.object);
  Bytes now = TRY(read_part(file.fd.get(), 0, file.mapped_end));
  Bytes was = before.bytes;
  const std::size_t size = std::max(now.size(), was.size());  // what was cut off reads as zero
  now.resize(size);
  was.resize(size);
  std::vector<pb::ObjectWrite> changes;
  for (std::size_t at = 0; at < size; at += kPageBytes) {
    const std::size_t page = std::min<std::size_t>(kPageBytes, size - at);
    const ByteView bytes = ByteView(now).subspan(at, page);
    if (!equal(bytes, ByteView(was).subspan(at, page))) {
      changes.push_back(object_write(before.object, at, bytes));
    }
  }
  file.is_constant &= changes.empty();
  return changes;
}

}  // namespace mecrr
