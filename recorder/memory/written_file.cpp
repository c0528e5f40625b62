#include "recorder/memory/written_file.h"

#include <sys/mman.h>

#include <algorithm>

#include "recorder/memory/changes.h"
#include "recorder/memory/mapping.h"
#include "recorder/messages.h"

namespace mecrr {
namespace {

/// Pages of one mapping that have appeared or vanished with the file's new size.
Result<void> record_size(const WrittenFile& before, const BackedMapping& shown,
                         std::uint64_t file_bytes, StoppedTask& task, Space& space,
                         Contents& contents, pb::Outcome& outcome) {
  const std::uint64_t valid = valid_bytes(file_bytes, shown.offset, shown.range.size);
  if (valid == shown.valid) return {};
  const std::uint64_t from = std::min(valid, shown.valid);
  const RemoteRange changed{shown.range.start + from, std::max(valid, shown.valid) - from};
  const bool grows = valid > shown.valid;
  const std::uint64_t offset = shown.offset + from;

  const auto maps = TRY(read_maps(task.tid()));
  const MapsLine* const line = mapping_at(maps, changed.start);
  if (line == nullptr) return fail("nothing is mapped at {}", changed.start);
  pb::Mapping mapping =
      mapping_of(changed, line->protection, shown.object ? MAP_SHARED : MAP_PRIVATE, line->name);
  if (shown.object) {
    back_by_object(mapping, space, *shown.object, offset, grows ? changed.size : 0, shown.file,
                   shown.writable ? Writable::kYes : Writable::kNo);
  } else {
    RecordedPart stored{.content = shown.content, .valid = 0, .traps = {}};
    if (grows) {
      const UniqueFd fd = TRY(open_descriptor(task.tid(), before.descriptor));
      stored = TRY(contents.store(fd.get(), line->name,
                                  {.offset = offset, .size = changed.size, .executable = false}));
    }
    TRY(back_by_content(mapping, space, task, stored, offset, before.identity));
  }
  *outcome.add_change()->mutable_map() = std::move(mapping);
  return {};
}

bool is_private_of(const BackedMapping& shown, const FileIdentity& file) {
  return !shown.object && shown.file == file;
}

/// As much of it as there is: the file may have been cut by an open(2) that nobody has looked at.
Result<Bytes> read_shown(const StoppedTask& task, const BackedMapping& shown) {
  const RemoteRange there =
      readable_part(task, {shown.range.start, std::min(shown.range.size, shown.valid)});
  return read_bytes(task, there.start, there.size);
}

Result<std::vector<WrittenFile::View>> private_views(const FileIdentity& file, const Space& space,
                                                     const StoppedTask& task) {
  std::vector<WrittenFile::View> views;
  for (const BackedMapping& shown : space.backed.all()) {
    if (!is_private_of(shown, file)) continue;
    views.push_back({shown.range, TRY(read_shown(task, shown))});
  }
  return views;
}

/// Pages of private mappings that show something else than before.
Result<void> record_private_views(const WrittenFile& before, const StoppedTask& task,
                                  const Space& space, pb::Outcome& outcome) {
  for (const WrittenFile::View& view : before.own) {
    for (const BackedMapping& shown : space.backed.in(view.range)) {
      if (!is_private_of(shown, before.identity)) continue;
      const RemoteAddress start = shown.range.start;
      const Bytes now = TRY(read_shown(task, shown));
      for (std::size_t at = 0; at < now.size(); at += kPageBytes) {
        const std::size_t page = std::min<std::size_t>(kPageBytes, now.size() - at);
        const ByteView bytes = ByteView(now).subspan(at, page);
        const auto was = slice(view.bytes, start - view.range.start + at, page);
        if (!was || !equal(bytes, *was)) add_write(start + at, bytes, outcome.mutable_write());
      }
    }
  }
  return {};
}

}  // namespace

Result<std::optional<WrittenFile>> look_before_writing(const StoppedTask& task, int descriptor,
                                                       const Space& space, const Objects& objects) {
  if (space.backed.empty() && !objects.has_files()) return std::nullopt;
  const auto file = describe_descriptor(task.tid(), descriptor);
  if (!file || file->kind != FileKind::kRegular) return std::nullopt;
  WrittenFile written{.descriptor = descriptor, .identity = file->identity, .shared = std::nullopt};
  if (const auto object = objects.find(file->identity)) {
    written.shared = TRY(objects.snapshot(*object));
  }
  if (!written.shared && !space.backed.shows(file->identity)) return std::nullopt;
  written.own = TRY(private_views(file->identity, space, task));
  return written;
}

Result<void> record_written_file(const WrittenFile& before, StoppedTask& task, Space& space,
                                 Contents& contents, Objects& objects, pb::Outcome& outcome) {
  const TraceeFile file = TRY(describe_descriptor(task.tid(), before.descriptor));
  for (const BackedMapping& shown : space.backed.all()) {
    if (shown.file != before.identity) continue;
    TRY(record_size(before, shown, file.size, task, space, contents, outcome));
  }
  TRY(record_private_views(before, task, space, outcome));
  if (!before.shared) return {};
  for (pb::ObjectWrite& write : TRY(objects.changes_since(*before.shared))) {
    *outcome.add_object_write() = std::move(write);
  }
  return {};
}

}  // namespace mecrr
