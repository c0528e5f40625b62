// mmap, shmat: new mappings.
#include <linux/mman.h>
#include <sys/shm.h>

#include <algorithm>
#include <cerrno>

#include "recorder/memory/changes.h"
#include "recorder/memory/mapping.h"
#include "recorder/memory/memory_recorder.h"
#include "recorder/memory/tracee_files.h"

namespace mecrr {
namespace {

constexpr std::size_t kLength = 1, kProtection = 2, kFlags = 3, kDescriptor = 4, kOffset = 5;

int as_int(std::uint64_t value) { return static_cast<int>(value); }

/// Huge pages make a mapping longer than was asked for.
std::uint64_t mapped_bytes(std::uint64_t length, int flags) {
  constexpr unsigned kDefaultHugeShift = 21;
  if ((flags & MAP_HUGETLB) == 0) return round_to_page(length);
  const unsigned chosen = static_cast<unsigned>(flags) >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;
  const std::uint64_t huge = std::uint64_t{1} << (chosen == 0 ? kDefaultHugeShift : chosen);
  return (length + huge - 1) & ~(huge - 1);
}

/// The file cannot be opened by us: what the program sees of it goes into the trace as if written.
Result<void> record_by_reading(MemoryCall& call, const pb::Mapping& mapping, std::uint64_t valid) {
  pb::Write& write = *call.outcome.add_write();
  write.set_address(mapping.start());
  const Bytes bytes = TRY(read_bytes(call.task, RemoteAddress(mapping.start()), valid));
  write.set_data(as_chars(bytes), bytes.size());
  return {};
}

Result<void> back_by_file(MemoryCall& call, pb::Mapping& mapping, const TraceeFile& file) {
  const Tid tid = call.task.tid();
  const int descriptor = as_int(call.argument(kDescriptor));
  const std::uint64_t offset = call.argument(kOffset);
  const std::uint64_t valid = valid_bytes(file.size, offset, mapping.size());
  auto fd = open_descriptor(tid, descriptor);
  const bool shared = (mapping.flags() & MAP_SHARED) != 0;
  mapping.set_name(descriptor_path(tid, descriptor));
  if (!fd && shared) return std::unexpected(fd.error());
  if (!fd) return record_by_reading(call, mapping, valid);
  if (!shared) {
    const RecordedPart stored =
        TRY(call.contents.store(fd->get(), mapping.name(),
                                {.offset = offset,
                                 .size = mapping.size(),
                                 .executable = (mapping.protection() & PROT_EXEC) != 0}));
    return back_by_content(mapping, call.space, call.task, stored, offset, file.identity);
  }
  const Writable writable = file.writable ? Writable::kYes : Writable::kNo;
  const bool is_constant = !file.writable && call.objects.is_constant(file.identity) &&
                           TRY(Contents::has_settled(fd->get()));
  if (is_constant) {
    const RecordedPart stored =
        TRY(call.contents.store(fd->get(), mapping.name(),
                                {.offset = offset, .size = mapping.size(), .executable = false}));
    const ObjectId object = call.objects.of_file(file.identity, *std::move(fd), writable);
    back_by_object(mapping, call.space, object, offset, valid, file.identity, writable);
    *call.outcome.add_object_write() =
        call.objects.constant(object, offset, mapping.size(), stored);
    return {};
  }
  const ObjectId object = call.objects.of_file(file.identity, *std::move(fd), writable);
  back_by_object(mapping, call.space, object, offset, valid, file.identity, writable);
  for (pb::ObjectWrite& write : TRY(call.objects.contents(object, offset, mapping.size()))) {
    *call.outcome.add_object_write() = std::move(write);
  }
  return {};
}

/// The agent has mapped it, and all of the file that is shown is in the trace.
Result<void> back_by_known_file(MemoryCall& call, pb::Mapping& mapping) {
  const agent::FileKey& key = *call.known_file;
  const std::uint64_t offset = call.argument(kOffset);
  const Contents::Found found =
      TRY(call.contents.find(key, {.offset = offset, .size = mapping.size(), .executable = false}));
  mapping.set_name(found.path);
  return back_by_content(mapping, call.space, call.task, found.part, offset,
                         {.device = key.device, .inode = key.inode});
}

}  // namespace

bool is_unmappable(Tid tid, const SystemCall& mmap) {
  if ((as_int(mmap.arguments[kFlags]) & MAP_ANONYMOUS) != 0) return false;
  const auto file = describe_descriptor(tid, as_int(mmap.arguments[kDescriptor]));
  return file && file->kind == FileKind::kOther;
}

Result<void> record_mmap(MemoryCall& call) {
  if (call.has_failed()) return {};
  int flags = as_int(call.argument(kFlags));
  if ((flags & MAP_TYPE) == MAP_SHARED_VALIDATE) flags = (flags & ~MAP_TYPE) | MAP_SHARED;
  const RemoteRange range{RemoteAddress(static_cast<std::uint64_t>(call.result)),
                          mapped_bytes(call.argument(kLength), flags)};
  call.space.forget(range);

  pb::Mapping mapping = mapping_of(range, as_int(call.argument(kProtection)), flags);
  if (call.known_file != nullptr) {
    TRY(back_by_known_file(call, mapping));
    *call.outcome.add_change()->mutable_map() = std::move(mapping);
    return {};
  }
  TraceeFile file{.identity = {}, .kind = FileKind::kZero, .size = 0};
  if ((flags & MAP_ANONYMOUS) == 0) {
    file = TRY(describe_descriptor(call.task.tid(), as_int(call.argument(kDescriptor))));
  }
  if (file.kind == FileKind::kRegular) {
    TRY(back_by_file(call, mapping, file));
  } else if ((flags & MAP_SHARED) != 0) {
    back_by_object(mapping, call.space, call.objects.anonymous(), 0, range.size, std::nullopt,
                   Writable::kYes);
  }
  *call.outcome.add_change()->mutable_map() = std::move(mapping);
  return {};
}

Result<void> record_shmat(MemoryCall& call) {
  if (call.has_failed()) return {};
  const int shmid = as_int(call.argument(0));
  shmid_ds segment{};
  if (::shmctl(shmid, IPC_STAT, &segment) < 0) return fail_errno("looking at segment {}", shmid);
  const int flags = as_int(call.argument(2));
  const RemoteRange range =
      pages(RemoteAddress(static_cast<std::uint64_t>(call.result)), segment.shm_segsz);
  call.space.forget(range);
  const int protection = PROT_READ | ((flags & SHM_RDONLY) != 0 ? 0 : PROT_WRITE) |
                         ((flags & SHM_EXEC) != 0 ? PROT_EXEC : 0);
  pb::Mapping mapping = mapping_of(range, protection, MAP_SHARED, fmt::format("[shm {}]", shmid));
  const ObjectId object = call.objects.system_v(shmid);
  back_by_object(mapping, call.space, object, 0, range.size, std::nullopt,
                 (flags & SHM_RDONLY) != 0 ? Writable::kNo : Writable::kYes);
  *call.outcome.add_change()->mutable_map() = std::move(mapping);

  // Others, recorded or not, may have written to it before.
  const Bytes bytes = TRY(read_bytes(call.task, range.start, range.size));
  pb::ObjectWrite& write = *call.outcome.add_object_write();
  write.set_object(static_cast<std::uint32_t>(object.value()));
  write.set_data(as_chars(bytes), bytes.size());
  return {};
}

}  // namespace mecrr
