// What calls do to mappings that are there: munmap, mprotect, mremap, brk, madvise, shmdt.
#include "recorder/memory/changes.h"

#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "recorder/memory/mapping.h"
#include "recorder/memory/tracee_files.h"

namespace mecrr {
namespace {

void add_unmap(MemoryCall& call, RemoteRange range) {
  pb::Range& unmap = *call.outcome.add_change()->mutable_unmap();
  unmap.set_start(range.start.value());
  unmap.set_size(range.size);
  call.space.forget(range);
}

void add_protect(MemoryCall& call, RemoteRange range, std::uint64_t protection) {
  if (range.size == 0) return;
  pb::Protect& protect = *call.outcome.add_change()->mutable_protect();
  protect.set_start(range.start.value());
  protect.set_size(range.size);
  protect.set_protection(
      static_cast<std::uint32_t>(protection & (PROT_READ | PROT_WRITE | PROT_EXEC)));
}

/// Bytes of the moved mapping that its file or object reaches. A longer mapping shows more of a
/// file, which must be in the trace then.
Result<std::uint64_t> valid_after_move(MemoryCall& call, RemoteRange from, RemoteRange to) {
  const BackedMapping shown = call.space.backed.in(from).front();
  const std::uint64_t former = std::min(shown.valid, to.size);
  if (to.size <= from.size || !shown.file) return former;
  const auto maps = TRY(read_maps(call.task.tid()));
  const MapsLine* const line = mapping_at(maps, to.start);
  if (line == nullptr) return fail("mremap: nothing is mapped at {}", to.start);
  const UniqueFd fd = TRY(open_mapped(call.task.tid(), *line));
  const std::uint64_t valid = valid_bytes(TRY(file_size(fd.get())), shown.offset, to.size);
  if (shown.object) {
    for (pb::ObjectWrite& write :
         TRY(call.objects.contents(*shown.object, shown.offset, to.size))) {
      *call.outcome.add_object_write() = std::move(write);
    }
    return valid;
  }
  const RecordedPart stored = TRY(call.contents.store(
      fd.get(), line->name, {.offset = shown.offset, .size = to.size, .executable = false}));
  if (stored.content == shown.content) return valid;
  return fail("mremap of a private mapping of {}, which has changed since it was mapped",
              line->name);
}

}  // namespace

Result<void> record_munmap(MemoryCall& call) {
  if (!call.has_failed()) add_unmap(call, pages(call.address(0), call.argument(1)));
  return {};
}

// pkey_mprotect, too: there are no keys (device/calls/memory.cpp), so it is the same.
Result<void> record_mprotect(MemoryCall& call) {
  RemoteRange range = pages(call.address(0), call.argument(1));
  const std::uint64_t protection = call.argument(2);
  if (call.result == -ENOMEM) {
    // It went as far as memory is mapped (do_mprotect_pkey() in mm/mprotect.c).
    const auto maps = TRY(read_maps(call.task.tid()));
    range.size = first_hole(maps, range) - range.start;
  } else if (call.has_failed()) {
    return {};
  }
  if ((protection & PROT_GROWSDOWN) != 0 && call.space.stack.contains(range.start)) {
    range = {call.space.stack.start, range.end() - call.space.stack.start};
  }
  add_protect(call, range, protection);
  return {};
}

Result<void> record_mremap(MemoryCall& call) {
  if (call.has_failed()) return {};
  const RemoteRange from = pages(call.address(0), call.argument(1));
  const RemoteRange to =
      pages(RemoteAddress(static_cast<std::uint64_t>(call.result)), call.argument(2));
  const bool keep = (call.argument(3) & MREMAP_DONTUNMAP) != 0;
  const std::vector<BackedMapping> shown = call.space.backed.in({from.start, kPageBytes});
  if (from.size == 0) {  // a second view of a shared mapping
    if (shown.empty() || !shown.front().object) return fail("mremap of nothing at {}", from.start);
    pb::Mapping mapping = mapping_of(to, PROT_READ | PROT_WRITE, MAP_SHARED);
    for (const MapsLine& line : TRY(read_maps(call.task.tid()))) {
      if (line.range.contains(to.start)) {
        mapping.set_protection(static_cast<std::uint32_t>(line.protection));
      }
    }
    back_by_object(mapping, call.space, *shown.front().object, shown.front().offset, to.size,
                   shown.front().file, shown.front().writable ? Writable::kYes : Writable::kNo);
    *call.outcome.add_change()->mutable_map() = std::move(mapping);
    return {};
  }
  pb::Move& move = *call.outcome.add_change()->mutable_move();
  move.set_from(from.start.value());
  move.set_from_size(from.size);
  move.set_to(to.start.value());
  move.set_to_size(to.size);
  move.set_keep(keep);
  if (!shown.empty()) move.set_valid(TRY(valid_after_move(call, from, to)));
  call.space.backed.move(from, to);
  std::erase_if(call.space.traps, [&](const auto& trap) { return from.contains(trap.first); });
  return {};
}

Result<void> record_brk(MemoryCall& call) {
  const RemoteAddress end(static_cast<std::uint64_t>(call.result));
  const RemoteAddress former = call.space.heap_end.rounded_up(kPageBytes);
  const RemoteAddress now = end.rounded_up(kPageBytes);
  call.space.heap_end = end;
  if (now > former) {
    *call.outcome.add_change()->mutable_map() =
        mapping_of({former, now - former}, PROT_READ | PROT_WRITE, MAP_PRIVATE, "[heap]");
  } else if (now < former) {
    add_unmap(call, {now, former - now});
  }
  return {};
}

// MADV_FREE is never made as such (replayable_form(), and the agent's shape()).
// Of the advices only those that change what the program finds in memory, now or after a fork.
// madvise goes on behind holes and then fails with ENOMEM: the replay does the same.
Result<void> record_madvise(MemoryCall& call) {
  static constexpr std::uint64_t kDontNeedLocked = 24;
  static constexpr std::uint64_t kTelling[] = {MADV_DONTNEED,  MADV_REMOVE,     MADV_DONTFORK,
                                               MADV_DOFORK,    MADV_WIPEONFORK, MADV_KEEPONFORK,
                                               kDontNeedLocked};
  const std::uint64_t given = call.argument(2);
  const std::uint64_t advice = given == MADV_FREE ? std::uint64_t{MADV_DONTNEED} : given;
  if (std::ranges::find(kTelling, advice) == std::end(kTelling)) return {};
  if (call.has_failed() && call.result != -ENOMEM) return {};
  const RemoteRange range = pages(call.address(0), call.argument(1));
  pb::Advise& advise = *call.outcome.add_change()->mutable_advise();
  advise.set_start(range.start.value());
  advise.set_size(range.size);
  advise.set_advice(static_cast<std::uint32_t>(advice == kDontNeedLocked ? MADV_DONTNEED : advice));
  return {};
}

Result<void> record_shmdt(MemoryCall& call) {
  if (call.has_failed()) return {};
  // The whole segment goes, in however many pieces it is mapped by now.
  RemoteRange gone{call.address(0), 0};
  std::optional<ObjectId> object;
  for (const BackedMapping& mapping : call.space.backed.all()) {
    if (mapping.range.start == gone.start) object = mapping.object;
    const bool goes_on = object && mapping.object == object && mapping.range.start == gone.end();
    if (goes_on) gone.size += mapping.range.size;
  }
  if (gone.size != 0) add_unmap(call, gone);
  return {};
}

// Shows another part of the same object at an address.
Result<void> record_remap_file_pages(MemoryCall& call) {
  if (call.has_failed()) return {};
  const RemoteRange range = pages(call.address(0), call.argument(1));
  const std::vector<BackedMapping> shown = call.space.backed.in(range);
  if (shown.empty() || !shown.front().object) {
    return fail("remap_file_pages at {}: no shared mapping is known there", range.start);
  }
  int protection = PROT_READ | PROT_WRITE;
  for (const MapsLine& line : TRY(read_maps(call.task.tid()))) {
    if (line.range.contains(range.start)) protection = line.protection;
  }
  const std::uint64_t offset = call.argument(3) * kPageBytes;
  const BackedMapping former = shown.front();
  pb::Mapping mapping = mapping_of(range, protection, MAP_SHARED);
  back_by_object(mapping, call.space, *former.object, offset, range.size, former.file,
                 former.writable ? Writable::kYes : Writable::kNo);
  *call.outcome.add_change()->mutable_map() = std::move(mapping);
  if (!former.file) return {};
  for (pb::ObjectWrite& write : TRY(call.objects.contents(*former.object, offset, range.size))) {
    *call.outcome.add_object_write() = std::move(write);
  }
  return {};
}

}  // namespace mecrr
