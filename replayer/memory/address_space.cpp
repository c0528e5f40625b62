#include "replayer/memory/address_space.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>

#include "device/device.h"
#include "device/patch.h"

namespace mecrr {
namespace {

/// End of the addresses that a program can have without asking for 5-level page tables.
constexpr std::uint64_t kEndOfAddresses = 0x7ffffffff000;
constexpr std::byte kTrap{0xcc};
constexpr int kProtections = PROT_READ | PROT_WRITE | PROT_EXEC;
constexpr std::uint64_t kNoDescriptor = ~std::uint64_t{0};

constexpr std::array kAdvice = {MADV_DONTNEED, MADV_REMOVE,     MADV_DONTFORK,
                                MADV_DOFORK,   MADV_WIPEONFORK, MADV_KEEPONFORK};

/// Has the task make a call; the kernel's refusal is an error.
Result<void> perform(StoppedTask& task, const SystemCall& call, std::string_view what,
                     RemoteRange range) {
  const std::int64_t result = TRY(task.perform(call));
  if (result >= 0) return {};
  return fail_with_code(static_cast<int>(-result), "{} {}", what, range);
}

Result<void> unless_it_may_fail(Result<void> result, MayFail may_fail) {
  if (!result && may_fail == MayFail::kYes && result.error().code != ESRCH) return {};
  return result;
}

Result<int> checked_protection(std::uint32_t protection) {
  if ((protection & ~kProtections) != 0) return fail("protection {:#x} is unknown", protection);
  return static_cast<int>(protection);
}

}  // namespace

Result<RemoteRange> checked_pages(std::uint64_t start, std::uint64_t size) {
  const RemoteRange range{RemoteAddress(start), size};
  if (start % kPageBytes != 0 || size % kPageBytes != 0 || size == 0)
    return fail("{} bytes at {:#x} are not whole pages", size, start);
  if (start >= kEndOfAddresses || size > kEndOfAddresses - start)
    return fail("{:#x} bytes at {:#x} are beyond a program's addresses", size, start);
  if (range.overlaps({RemoteAddress(kMecrrRegion), kMecrrRegionBytes}))
    return fail("{} is where mecrr itself is", range);
  return range;
}

AddressSpace AddressSpace::forked() const {
  AddressSpace child(*this);
  for (const auto& [start, segment] : segments_)
    if (!segment.forks) child.forget(start, segment.size);
  return child;
}

// ---- mapping

Result<void> AddressSpace::map(StoppedTask& task, const pb::Mapping& mapping) {
  const RemoteRange range = TRY(checked_pages(mapping.start(), mapping.size()));
  const int sharing = static_cast<int>(mapping.flags()) & (MAP_SHARED | MAP_PRIVATE);
  Segment segment{
      .size = range.size,
      .protection = TRY(checked_protection(mapping.protection())),
      .flags = sharing | (static_cast<int>(mapping.flags()) & MAP_GROWSDOWN),
      .name = mapping.name(),
  };
  std::uint64_t valid = range.size;
  if (mapping.has_content()) {
    segment.kind = Kind::kContent;
    segment.number = mapping.content().content();
    segment.offset = mapping.content().offset();
    valid = mapping.content().valid();
  } else if (mapping.has_object()) {
    segment.kind = Kind::kObject;
    segment.number = mapping.object().object();
    segment.offset = mapping.object().offset();
    segment.read_only = mapping.object().read_only();
    valid = mapping.object().valid();
    if (segment.read_only && (segment.protection & PROT_WRITE) != 0)
      return fail("{} is read-only, and is not", range);
  }
  const int expected = segment.kind == Kind::kObject ? MAP_SHARED : MAP_PRIVATE;
  if (sharing != expected) return fail("mapping {} has flags {:#x}", range, mapping.flags());
  TRY(map_segment(task, mapping.start(), std::move(segment), valid));
  return set_traps(task, mapping);
}

Result<void> AddressSpace::map_segment(StoppedTask& task, std::uint64_t start, Segment segment,
                                       std::uint64_t valid) {
  if (valid > segment.size || valid % kPageBytes != 0 || segment.offset % kPageBytes != 0) {
    return fail("mapping at {:#x}: {} bytes valid from {} on make no sense", start, valid,
                segment.offset);
  }
  forget(start, segment.size);
  Segment behind = segment;
  behind.size = segment.size - valid;
  behind.offset += valid;
  behind.beyond = true;
  segment.size = valid;
  if (segment.size != 0) TRY(map_piece(task, start, segment));
  if (behind.size != 0) TRY(map_piece(task, start + valid, behind));
  return {};
}

Result<void> AddressSpace::map_piece(StoppedTask& task, std::uint64_t start,
                                     const Segment& segment) {
  FilePlace place;
  if (segment.beyond) {
    place = backing_->beyond();
  } else if (segment.kind == Kind::kContent) {
    place = TRY(backing_->content(ContentId(segment.number), segment.offset, segment.size));
  } else if (segment.kind == Kind::kObject) {
    place = TRY(backing_->object(ObjectId(segment.number), segment.offset, segment.size));
  }
  const bool anonymous = place.descriptor < 0;
  // Not to be counted against what the machine has: the recorded program may have reserved more.
  const int flags = segment.flags | MAP_FIXED | MAP_NORESERVE | (anonymous ? MAP_ANONYMOUS : 0);
  const SystemCall call{
      SYS_mmap,
      {start, segment.size, static_cast<std::uint64_t>(segment.protection),
       static_cast<std::uint64_t>(flags),
       anonymous ? kNoDescriptor : static_cast<std::uint64_t>(place.descriptor), place.offset}};
  TRY(perform(task, call, "mapping", {RemoteAddress(start), segment.size}));
  segments_.emplace(start, segment);
  return {};
}

Result<void> AddressSpace::set_traps(StoppedTask& task, const pb::Mapping& mapping) {
  for (const std::uint64_t trap : mapping.trap()) {
    if (trap < mapping.start() || trap - mapping.start() >= mapping.size())
      return fail("trap {:#x} is not in its mapping at {:#x}", trap, mapping.start());
    std::array<std::byte, 1> original;
    TRY(task.read(RemoteAddress(trap), original));
    TRY(task.write(RemoteAddress(trap), std::array{kTrap}));
    traps_.insert_or_assign(trap, original[0]);
  }
  return {};
}

// ---- changing

Result<void> AddressSpace::change(StoppedTask& task, const pb::Change& change, MayFail may_fail) {
  switch (change.what_case()) {
    case pb::Change::kMap:
      return map(task, change.map());
    case pb::Change::kUnmap:
      return unmap(task, change.unmap(), may_fail);
    case pb::Change::kProtect:
      return protect(task, change.protect(), may_fail);
    case pb::Change::kMove:
      return move(task, change.move());
    case pb::Change::kAdvise:
      return advise(task, change.advise(), may_fail);
    case pb::Change::WHAT_NOT_SET:
      break;
  }
  return fail("a change of the address space of an unknown kind");
}

Result<void> AddressSpace::unmap(StoppedTask& task, const pb::Range& what, MayFail may_fail) {
  const RemoteRange range = TRY(checked_pages(what.start(), what.size()));
  forget(what.start(), what.size());
  return unless_it_may_fail(
      perform(task, {SYS_munmap, {what.start(), what.size()}}, "unmapping", range), may_fail);
}

Result<void> AddressSpace::protect(StoppedTask& task, const pb::Protect& what, MayFail may_fail) {
  const RemoteRange range = TRY(checked_pages(what.start(), what.size()));
  const int protection = TRY(checked_protection(what.protection()));
  split(what.start());
  split(what.start() + what.size());
  for (auto at = first_in(what.start());
       at != segments_.end() && at->first < what.start() + what.size(); ++at) {
    if (at->second.read_only && (protection & PROT_WRITE) != 0) {
      // The kernel has refused it there, and has gone no further.
      if (may_fail == MayFail::kNo) return fail("making {} writable, which is read-only", range);
      const std::uint64_t before = at->first - what.start();
      if (before == 0) return {};
      return unless_it_may_fail(
          perform(task, {SYS_mprotect, {what.start(), before, what.protection()}}, "protecting",
                  {range.start, before}),
          may_fail);
    }
    at->second.protection = protection;
  }
  return unless_it_may_fail(
      perform(task, {SYS_mprotect, {what.start(), what.size(), what.protection()}}, "protecting",
              range),
      may_fail);
}

Result<void> AddressSpace::advise(StoppedTask& task, const pb::Advise& what, MayFail may_fail) {
  const RemoteRange range = TRY(checked_pages(what.start(), what.size()));
  const int advice = static_cast<int>(what.advice());
  if (std::ranges::find(kAdvice, advice) == kAdvice.end())
    return fail("advice {} is unknown", what.advice());
  if (advice == MADV_DONTFORK || advice == MADV_DOFORK) {
    split(what.start());
    split(what.start() + what.size());
    for (auto at = first_in(what.start());
         at != segments_.end() && at->first < what.start() + what.size(); ++at) {
      at->second.forks = advice == MADV_DOFORK;
    }
  }
  return unless_it_may_fail(
      perform(task, {SYS_madvise, {what.start(), what.size(), what.advice()}}, "advising", range),
      may_fail);
}

// ---- moving: piece by piece, since mremap moves no more than one mapping at a time, and since the
// mapping of a file that ended early is two of ours

Result<void> AddressSpace::move(StoppedTask& task, const pb::Move& move) {
  TRY(checked_pages(move.from(), move.from_size()));
  TRY(checked_pages(move.to(), move.to_size()));
  const RemoteRange from{RemoteAddress(move.from()), move.from_size()};
  const RemoteRange to{RemoteAddress(move.to()), move.to_size()};
  if (move.from() != move.to() && from.overlaps(to)) return fail("moving {} to {}", from, to);
  if (move.keep() && (from.size != to.size || move.from() == move.to()))
    return fail("moving {} to {} and keeping it", from, to);

  split(move.from());
  split(move.from() + move.from_size());
  const auto first = segments_.find(move.from());
  if (first == segments_.end()) return fail("moving {}, where nothing is mapped", from);
  const auto behind = segments_.lower_bound(move.from() + move.from_size());
  const Segment last = std::prev(behind)->second;
  const std::uint64_t common = std::min(from.size, to.size);
  if (from.size > common) {
    pb::Range rest;
    rest.set_start(move.from() + common);
    rest.set_size(from.size - common);
    TRY(unmap(task, rest, MayFail::kNo));
  }
  if (move.from() != move.to()) TRY(move_pieces(task, move, common));
  if (to.size > common) TRY(extend(task, move, last));
  return {};
}

Result<void> AddressSpace::move_pieces(StoppedTask& task, const pb::Move& move,
                                       std::uint64_t size) {
  forget(move.to(), move.to_size());
  std::vector<std::pair<std::uint64_t, Segment>> pieces;
  for (auto at = first_in(move.from()); at != segments_.end() && at->first < move.from() + size;
       ++at) {
    pieces.emplace_back(*at);
  }
  const std::uint64_t flags = MREMAP_MAYMOVE | MREMAP_FIXED | (move.keep() ? MREMAP_DONTUNMAP : 0);
  for (const auto& [start, segment] : pieces) {
    const std::uint64_t to = move.to() + (start - move.from());
    TRY(perform(task, {SYS_mremap, {start, segment.size, segment.size, flags, to}}, "moving",
                {RemoteAddress(start), segment.size}));
    segments_.insert_or_assign(to, segment);
  }
  move_traps(move, size);
  if (!move.keep()) forget(move.from(), size);
  return {};
}

/// Maps the pages by which a move makes the mapping longer: more of the same kind.
Result<void> AddressSpace::extend(StoppedTask& task, const pb::Move& move, const Segment& last) {
  Segment more = last;
  more.offset += last.size;
  more.size = move.to_size() - move.from_size();
  more.beyond = false;
  std::uint64_t valid = more.size;
  if (more.kind != Kind::kAnonymous) {
    const std::uint64_t all_valid = std::min(move.valid(), move.to_size());
    valid = all_valid > move.from_size() ? all_valid - move.from_size() : 0;
  }
  return map_segment(task, move.to() + move.from_size(), std::move(more), valid);
}

void AddressSpace::move_traps(const pb::Move& move, std::uint64_t size) {
  const auto begin = traps_.lower_bound(move.from());
  const auto end = traps_.lower_bound(move.from() + size);
  const std::vector<std::pair<std::uint64_t, std::byte>> moved(begin, end);
  traps_.erase(begin, end);
  for (const auto& [address, original] : moved)
    traps_.insert_or_assign(move.to() + (address - move.from()), original);
  patches_.move({RemoteAddress(move.from()), size}, RemoteAddress(move.to()));
}

// ---- writing and reading

Result<void> AddressSpace::write(StoppedTask& task, const pb::Write& write) const {
  const RemoteRange range{RemoteAddress(write.address()), write.data().size()};
  if (range.overlaps({RemoteAddress(kMecrrRegion), kMecrrRegionBytes}))
    return fail("a write to {}, where mecrr itself is", range);
  return task.write(range.start, as_bytes(write.data()));
}

std::vector<MappedRange> AddressSpace::mappings() const {
  std::vector<MappedRange> all;
  for (const auto& [start, segment] : segments_) {
    MappedRange& range = all.emplace_back();
    range.range = {RemoteAddress(start), segment.size};
    range.protection = segment.protection;
    range.flags = segment.flags;
    if (segment.kind == Kind::kContent) range.content = ContentId(segment.number);
    if (segment.kind == Kind::kObject) range.object = segment.number;
    range.offset = segment.offset;
    range.name = segment.name;
  }
  return all;
}

void AddressSpace::hide_replaced(RemoteAddress from, MutableBytes bytes) const {
  patches_.hide(from, bytes);
  for (auto trap = traps_.lower_bound(from.value());
       trap != traps_.end() && trap->first - from.value() < bytes.size(); ++trap) {
    std::byte& byte = bytes[trap->first - from.value()];
    if (byte == kTrap) byte = trap->second;  // else the program has put something else there
  }
}

// ---- the table

/// Makes `at` the start of a segment, if it is inside of one.
void AddressSpace::split(std::uint64_t at) {
  auto above = segments_.upper_bound(at);
  if (above == segments_.begin()) return;
  auto& [start, segment] = *std::prev(above);
  if (start == at || at - start >= segment.size) return;
  Segment rest = segment;
  rest.size = segment.size - (at - start);
  rest.offset += at - start;
  segment.size = at - start;
  segments_.emplace(at, std::move(rest));
}

AddressSpace::Segments::iterator AddressSpace::first_in(std::uint64_t start) {
  return segments_.lower_bound(start);
}

/// Whether the program has some of `range`.
bool AddressSpace::is_mapped(RemoteRange range) const {
  const auto above = segments_.lower_bound(range.end().value());
  if (above == segments_.begin()) return false;
  const auto& [start, segment] = *std::prev(above);
  return range.overlaps({RemoteAddress(start), segment.size});
}

/// Whether all of `range` is memory of the program, and nobody else's.
bool AddressSpace::is_private(RemoteRange range) const {
  while (range.size != 0) {
    const auto above = segments_.upper_bound(range.start.value());
    if (above == segments_.begin()) return false;
    const auto& [start, segment] = *std::prev(above);
    const RemoteRange here{RemoteAddress(start), segment.size};
    if (!here.contains(range.start) || segment.kind == Kind::kObject || segment.beyond)
      return false;
    const std::uint64_t done = here.intersection(range).size;
    range = {range.start + done, range.size - done};
  }
  return true;
}

void AddressSpace::forget(std::uint64_t start, std::uint64_t size) {
  split(start);
  split(start + size);
  segments_.erase(segments_.lower_bound(start), segments_.lower_bound(start + size));
  traps_.erase(traps_.lower_bound(start), traps_.lower_bound(start + size));
  patches_.forget({RemoteAddress(start), size});
  // What the kernel leaves of a block is no longer used.
  stub_blocks_.erase(stub_blocks_.lower_bound(start & ~(kStubBlockBytes - 1)),
                     stub_blocks_.lower_bound(start + size));
}

}  // namespace mecrr
