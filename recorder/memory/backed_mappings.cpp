#include "recorder/memory/backed_mappings.h"

#include <algorithm>
#include <iterator>

namespace mecrr {
namespace {

/// The part of a mapping from `skipped` bytes behind its start on.
BackedMapping tail_of(const BackedMapping& mapping, std::uint64_t skipped) {
  BackedMapping tail = mapping;
  tail.range = {mapping.range.start + skipped, mapping.range.size - skipped};
  tail.offset += skipped;
  tail.valid -= std::min(tail.valid, skipped);
  return tail;
}

}  // namespace

void BackedMappings::split(RemoteAddress at) {
  auto behind = by_start_.upper_bound(at);
  if (behind == by_start_.begin()) return;
  BackedMapping& mapping = std::prev(behind)->second;
  if (mapping.range.start == at || !mapping.range.contains(at)) return;
  const std::uint64_t head_bytes = at - mapping.range.start;
  by_start_.emplace(at, tail_of(mapping, head_bytes));
  mapping.range.size = head_bytes;
  mapping.valid = std::min(mapping.valid, head_bytes);
}

void BackedMappings::unmap(RemoteRange range) {
  split(range.start);
  split(range.end());
  by_start_.erase(by_start_.lower_bound(range.start), by_start_.lower_bound(range.end()));
}

void BackedMappings::map(const BackedMapping& mapping) {
  unmap(mapping.range);
  by_start_.emplace(mapping.range.start, mapping);
}

void BackedMappings::move(RemoteRange from, RemoteRange to) {
  std::vector<BackedMapping> moved = in(from);
  unmap(from);
  unmap(to);
  for (BackedMapping& mapping : moved) {
    const std::uint64_t distance = mapping.range.start - from.start;
    if (distance >= to.size) continue;
    mapping.range.start = to.start + distance;
    const bool is_last = &mapping == &moved.back();
    mapping.range.size =
        is_last ? to.size - distance : std::min(mapping.range.size, to.size - distance);
    mapping.valid = std::min(mapping.valid, mapping.range.size);
    map(mapping);
  }
}

std::vector<BackedMapping> BackedMappings::in(RemoteRange range) const {
  std::vector<BackedMapping> found;
  for (const auto& [start, mapping] : by_start_) {
    const RemoteRange common = mapping.range.intersection(range);
    if (common.size == 0) continue;
    BackedMapping piece = tail_of(mapping, common.start - start);
    piece.range.size = common.size;
    piece.valid = std::min(piece.valid, common.size);
    found.push_back(piece);
  }
  return found;
}

bool BackedMappings::shows(const FileIdentity& file) const {
  return std::ranges::any_of(by_start_,
                             [&](const auto& entry) { return entry.second.file == file; });
}

std::vector<BackedMapping> BackedMappings::all() const {
  std::vector<BackedMapping> found;
  for (const auto& [start, mapping] : by_start_) found.push_back(mapping);
  return found;
}

}  // namespace mecrr
