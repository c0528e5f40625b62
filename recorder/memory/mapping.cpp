#include "recorder/memory/mapping.h"

#include <sys/mman.h>

#include <array>

namespace mecrr {
namespace {

constexpr std::array<std::byte, 1> kInt3 = {std::byte{0xcc}};

RemoteRange range_of(const pb::Mapping& mapping) {
  return {RemoteAddress(mapping.start()), mapping.size()};
}

}  // namespace

pb::Mapping mapping_of(RemoteRange range, int protection, int flags, std::string name) {
  constexpr int kKeptFlags = MAP_SHARED | MAP_PRIVATE | MAP_GROWSDOWN | MAP_NORESERVE | MAP_STACK;
  pb::Mapping mapping;
  mapping.set_start(range.start.value());
  mapping.set_size(range.size);
  mapping.set_protection(static_cast<std::uint32_t>(protection));
  mapping.set_flags(static_cast<std::uint32_t>(flags & kKeptFlags));
  mapping.set_name(std::move(name));
  return mapping;
}

Result<void> back_by_content(pb::Mapping& mapping, Space& space, StoppedTask& task,
                             const RecordedPart& stored, std::uint64_t file_offset,
                             const FileIdentity& file) {
  pb::ContentRef& ref = *mapping.mutable_content();
  ref.set_content(static_cast<std::uint32_t>(stored.content.value()));
  ref.set_offset(file_offset);
  ref.set_valid(stored.valid);
  const RemoteRange range = range_of(mapping);
  space.backed.map({.range = range,
                    .object = std::nullopt,
                    .content = stored.content,
                    .offset = file_offset,
                    .valid = stored.valid,
                    .file = file});
  for (const TrapSite& site : stored.traps) {
    const RemoteAddress at = range.start + (site.offset - file_offset);
    TRY(task.write(at, kInt3));
    mapping.add_trap(at.value());
    space.traps[at] = site.instruction;
  }
  return {};
}

void back_by_object(pb::Mapping& mapping, Space& space, ObjectId object, std::uint64_t offset,
                    std::uint64_t valid, std::optional<FileIdentity> file, Writable writable) {
  pb::ObjectRef& ref = *mapping.mutable_object();
  ref.set_object(static_cast<std::uint32_t>(object.value()));
  ref.set_offset(offset);
  ref.set_valid(valid);
  ref.set_read_only(writable == Writable::kNo);
  space.backed.map({.range = range_of(mapping),
                    .object = object,
                    .content = {},
                    .offset = offset,
                    .valid = valid,
                    .file = file,
                    .writable = writable == Writable::kYes});
}

}  // namespace mecrr
