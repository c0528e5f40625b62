#include "recorder/memory/written_file.h"

#include <sys/mman.h>

#include <algorithm>

#include "recorder/memory/changes.h"
#include "recorder/memory/mapping.h"

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
  const auto line = std::ranges::find_if(
      maps, [&](const MapsLine& candidate) { return candidate.range.contains(changed.start); });
  if (line == maps.end()) return fail("nothing is mapped at {}", changed.start);
  pb::Mapping mapping =
      mapping_of(changed, line->protection, shown.object ? MAP_SHARED : MAP_PRIVATE, line->name);
  if (shown.object) {
    back_by_object(mapping, space, *shown.object, offset, grows ? changed.size : 0, shown.file,
                   shown.writable ? Writable::kYes : Writable::kNo);
  } else {
    StoredPart stored{.content = shown.content, .valid = 0, .traps = {}};
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

}  // namespace

Result<std::optional<WrittenFile>> look_before_writing(Tid tid, int descriptor, const Space& space,
                                                       const Objects& objects) {
  if (space.backed.empty() && !objects.has_files()) return std::nullopt;
  const auto file = describe_descriptor(tid, descriptor);
  if (!file || file->kind != FileKind::kRegular) return std::nullopt;
  WrittenFile written{.descriptor = descriptor, .identity = file->identity, .shared = std::nullopt};
  if (const auto object = objects.find(file->identity)) {
    written.shared = TRY(objects.snapshot(*object));
  }
  if (!written.shared && !space.backed.shows(file->identity)) return std::nullopt;
  return written;
}

Result<void> record_written_file(const WrittenFile& before, StoppedTask& task, Space& space,
                                 Contents& contents, const Objects& objects, pb::Outcome& outcome) {
  const TraceeFile file = TRY(describe_descriptor(task.tid(), before.descriptor));
  for (const BackedMapping& shown : space.backed.all()) {
    if (shown.file != before.identity) continue;
    TRY(record_size(before, shown, file.size, task, space, contents, outcome));
  }
  if (!before.shared) return {};
  for (pb::ObjectWrite& write : TRY(objects.changes_since(*before.shared))) {
    *outcome.add_object_write() = std::move(write);
  }
  return {};
}

}  // namespace mecrr
