#include "trace-format/contents.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

bool ends_inside_a_page(std::uint64_t end) { return end % kTracePageBytes != 0; }

Result<void> check_part(const PartExtent& part) {
  constexpr std::uint64_t kMaxFileOffset = INT64_MAX;
  if (part.offset % kTracePageBytes != 0) return fail("begins inside a page");
  if (part.size > kMaxPartBytes) return fail("is longer than {} bytes", kMaxPartBytes);
  if (part.offset > kMaxFileOffset - kMaxPartBytes) return fail("lies behind where a file can end");
  return {};
}

Result<void> check_place(const ContentTable::Parts& parts, const PartExtent& part) {
  if (part.size == 0) return fail("is empty");
  const std::uint64_t end = part.offset + part.size;
  const auto behind = parts.lower_bound(part.offset);
  if (behind != parts.end() && behind->first < end) return fail("overlaps another");
  if (behind != parts.end() && ends_inside_a_page(end)) {
    return fail("ends inside a page, and is not the last");
  }
  if (behind == parts.begin()) return {};
  const std::uint64_t end_before = std::prev(behind)->first + std::prev(behind)->second.size;
  if (end_before > part.offset) return fail("overlaps another");
  if (ends_inside_a_page(end_before)) return fail("is behind one that ends inside a page");
  return {};
}

}  // namespace

Result<void> ContentTable::add(const PartExtent& part, const FrameExtent& frame,
                               std::size_t number) {
  const std::uint64_t id = part.content.value();
  const auto context = [&](Result<void> result) {
    return with_context(std::move(result), "the part of content {} at offset {}", id, part.offset);
  };
  TRY(context(check_part(part)));
  const StoredPart stored{part.size, frame, number};
  if (id == contents_.size() + 1) {
    if (part.size == 0 && part.offset != 0) return context(fail("is empty"));
    contents_.push_back({.first = {part.offset, stored}, .parts = {}});
    if (part.size != 0) contents_.back().parts.emplace(part.offset, stored);
    return {};
  }
  if (id == 0 || id > contents_.size()) return context(fail("comes before its turn"));
  Parts& parts = contents_[id - 1].parts;
  TRY(context(check_place(parts, part)));
  parts.emplace(part.offset, stored);
  return {};
}

std::uint64_t ContentTable::begun_before(std::uint64_t offset) const {
  const auto begun = [&](const Content& content) {
    return content.first.second.frame.offset < offset;
  };
  return static_cast<std::uint64_t>(
      std::distance(contents_.begin(), std::ranges::partition_point(contents_, begun)));
}

const ContentTable::Parts* ContentTable::parts(ContentId content) const {
  const std::uint64_t id = content.value();
  return id == 0 || id > contents_.size() ? nullptr : &contents_[id - 1].parts;
}

const ContentTable::Parts::value_type& ContentTable::first_part(ContentId content) const {
  MECRR_CHECK(parts(content) != nullptr, "content {}", content);
  return contents_[content.value() - 1].first;
}

}  // namespace mecrr
