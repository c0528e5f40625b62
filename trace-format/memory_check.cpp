#include "trace-format/memory_check.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>

#include "trace-format/limits.h"

namespace mecrr {

namespace {

bool is_page_aligned(std::uint64_t value) { return value % kTracePageBytes == 0; }

enum class Empty : bool { kNo, kYes };

Result<void> check_pages(std::uint64_t start, std::uint64_t bytes, Empty may_be_empty) {
  if (!is_page_aligned(start) || !is_page_aligned(bytes)) {
    return fail("{:#x} bytes from {:#x} are not whole pages", bytes, start);
  }
  if (bytes == 0 && may_be_empty == Empty::kNo) return fail("the range at {:#x} is empty", start);
  return check_range(start, bytes);
}

Result<void> check_protection(std::uint32_t protection) {
  constexpr std::uint32_t kKnown = PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN |
                                   PROT_GROWSUP | 0x8;  // PROT_SEM, which means nothing on x86-64
  if ((protection & ~kKnown) != 0) return fail("protection {:#x} is not known", protection);
  return {};
}

Result<void> check_flags(std::uint32_t flags) {
  constexpr std::uint32_t kKind = MAP_SHARED | MAP_PRIVATE;
  constexpr std::uint32_t kOthers = MAP_GROWSDOWN | MAP_NORESERVE | MAP_STACK;
  const bool one_kind = (flags & kKind) == MAP_SHARED || (flags & kKind) == MAP_PRIVATE;
  if (!one_kind || (flags & ~(kKind | kOthers)) != 0)
    return fail("flags {:#x} are not known", flags);
  return {};
}

// What a mapping shows of a content or an object.
Result<void> check_backing(const pb::Mapping& mapping, std::uint64_t offset, std::uint64_t valid) {
  if (!is_page_aligned(offset) || offset > INT64_MAX || mapping.size() > INT64_MAX - offset) {
    return fail("its backing begins at offset {:#x}", offset);
  }
  if (!is_page_aligned(valid) || valid > mapping.size()) {
    return fail("{:#x} bytes of it are said to be valid, of {:#x}", valid, mapping.size());
  }
  return {};
}

Result<void> check_advice(std::uint32_t advice) {
  constexpr std::array<std::uint32_t, 6> kKnown = {MADV_DONTNEED, MADV_REMOVE,     MADV_DONTFORK,
                                                   MADV_DOFORK,   MADV_WIPEONFORK, MADV_KEEPONFORK};
  if (std::ranges::find(kKnown, advice) == kKnown.end())
    return fail("advice {} is not known", advice);
  return {};
}

Result<void> check_move(const pb::Move& move) {
  TRY(check_pages(move.from(), move.from_size(), Empty::kYes));  // a second mapping of shared pages
  TRY(check_pages(move.to(), move.to_size(), Empty::kNo));
  if (!is_page_aligned(move.valid()) || move.valid() > move.to_size()) {
    return fail("{:#x} bytes of it are said to be valid, of {:#x}", move.valid(), move.to_size());
  }
  return {};
}

}  // namespace

Result<void> check_range(std::uint64_t start, std::uint64_t bytes) {
  if (bytes > UINT64_MAX - start) return fail("{:#x} bytes from {:#x} wrap around", bytes, start);
  return {};
}

Result<void> check_content(const pb::ContentRef& content, std::uint64_t contents) {
  if (content.content() == 0 || content.content() > contents)
    return fail("content {} does not stand before it", content.content());
  return {};
}

Result<void> check_mapping(const pb::Mapping& mapping, std::uint64_t contents) {
  TRY(check_pages(mapping.start(), mapping.size(), Empty::kNo));
  TRY(check_protection(mapping.protection()));
  TRY(check_flags(mapping.flags()));
  if (mapping.has_content()) {
    const pb::ContentRef& content = mapping.content();
    TRY(check_content(content, contents));
    TRY(check_backing(mapping, content.offset(), content.valid()));
  }
  if (mapping.has_object()) {
    if (mapping.object().object() == 0) return fail("objects are numbered from 1");
    TRY(check_backing(mapping, mapping.object().offset(), mapping.object().valid()));
  }
  for (const std::uint64_t trap : mapping.trap()) {
    if (trap < mapping.start() || trap - mapping.start() >= mapping.size()) {
      return fail("the trap at {:#x} is not in it", trap);
    }
  }
  return {};
}

Result<void> check_change(const pb::Change& change, std::uint64_t contents) {
  switch (change.what_case()) {
    case pb::Change::kMap:
      return check_mapping(change.map(), contents);
    case pb::Change::kUnmap:
      return check_pages(change.unmap().start(), change.unmap().size(), Empty::kNo);
    case pb::Change::kProtect:
      TRY(check_pages(change.protect().start(), change.protect().size(), Empty::kNo));
      return check_protection(change.protect().protection());
    case pb::Change::kMove:
      return check_move(change.move());
    case pb::Change::kAdvise:
      TRY(check_pages(change.advise().start(), change.advise().size(), Empty::kNo));
      return check_advice(change.advise().advice());
    case pb::Change::WHAT_NOT_SET:
      break;
  }
  return fail("it says nothing");
}

Result<void> check_object_write(const pb::ObjectWrite& write, std::uint64_t contents) {
  if (write.object() == 0) return fail("objects are numbered from 1");
  if (write.has_content()) {
    const pb::ContentRef& content = write.content();
    TRY(check_content(content, contents));
    if (!write.data().empty()) return fail("it has both data and a content");
    if (content.valid() > INT64_MAX || content.offset() > INT64_MAX - content.valid())
      return fail("{:#x} bytes at {:#x} of a content", content.valid(), content.offset());
  }
  const std::uint64_t size = write.has_content() ? write.content().valid() : write.data().size();
  if (write.offset() > INT64_MAX || size > INT64_MAX - write.offset()) {
    return fail("offset {:#x} of an object", write.offset());
  }
  return {};
}

Result<void> check_writes(const google::protobuf::RepeatedPtrField<pb::Write>& writes) {
  for (const pb::Write& write : writes) TRY(check_range(write.address(), write.data().size()));
  return {};
}

}  // namespace mecrr
