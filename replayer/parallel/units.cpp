#include "replayer/parallel/units.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <set>

namespace mecrr {
namespace {

/// Sets of numbers below `count`, each alone at first.
class Joined {
 public:
  explicit Joined(std::size_t count) : above_(count) { std::iota(above_.begin(), above_.end(), 0); }

  /// The least of the set that `member` is in.
  std::size_t first_of(std::size_t member) {
    while (above_[member] != member) {
      above_[member] = above_[above_[member]];
      member = above_[member];
    }
    return member;
  }
  void join(std::size_t one, std::size_t other) {
    one = first_of(one);
    other = first_of(other);
    above_[std::max(one, other)] = std::min(one, other);
  }

 private:
  std::vector<std::size_t> above_;
};

std::set<std::uint32_t> changing_objects(const std::vector<StreamInfo>& streams) {
  TouchedObjects together;
  for (const StreamInfo& stream : streams)
    for (const TouchedObject& object : stream.objects) together.add(object);
  std::set<std::uint32_t> changing;
  for (const auto& [object, constant] : together.all())
    if (constant == 0) changing.insert(object);
  return changing;
}

}  // namespace

std::vector<Unit> units_of(const Reader& reader) {
  const std::vector<StreamInfo>& streams = reader.streams();
  Joined joined(streams.size());
  std::map<StreamId, std::size_t> by_id;
  std::map<std::uint32_t, std::size_t> by_object;
  const std::set<std::uint32_t> changing = changing_objects(streams);
  for (std::size_t i = 0; i < streams.size(); ++i) by_id.emplace(streams[i].id, i);
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].forked_from) {
      const auto parent = by_id.find(*streams[i].forked_from);
      if (parent != by_id.end()) joined.join(i, parent->second);
    }
    for (const auto& [object, constant] : streams[i].objects)
      if (changing.contains(object)) joined.join(i, by_object.emplace(object, i).first->second);
  }
  std::map<std::size_t, Unit> by_member;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].events == 0) continue;
    Unit& unit = by_member[joined.first_of(i)];
    unit.first = unit.streams.empty() ? streams[i].first : std::min(unit.first, streams[i].first);
    unit.streams.push_back(streams[i].id);
  }
  std::vector<Unit> units;
  for (auto& [member, unit] : by_member) units.push_back(std::move(unit));
  std::ranges::sort(units, {}, &Unit::first);
  return units;
}

}  // namespace mecrr
