#include "device/code/loops.h"

#include <algorithm>
#include <deque>
#include <iterator>

#include "device/code/machine_code.h"

namespace mecrr {

CodeGraph::CodeGraph(RemoteAddress from, const FetchCode& fetch, std::size_t most) {
  std::deque<RemoteAddress> left = {from};
  while (!left.empty() && next_.size() < most) {
    const RemoteAddress at = left.front();
    left.pop_front();
    if (next_.contains(at)) continue;
    const auto shape = shape_of(fetch(at));
    std::vector<RemoteAddress>& successors = next_[at];
    if (!shape) continue;
    const RemoteAddress behind = at + shape->length;
    if (shape->flow == Flow::kNext || shape->flow == Flow::kNextOrTarget)
      successors.push_back(behind);
    if (shape->flow == Flow::kTarget || shape->flow == Flow::kNextOrTarget) {
      const auto displacement = static_cast<std::int64_t>(shape->displacement);
      successors.push_back(behind + static_cast<std::uint64_t>(displacement));
      targets_.insert(successors.back());
    }
    for (const RemoteAddress successor : successors) {
      before_[successor].push_back(at);
      left.push_back(successor);
    }
  }
}

/// By one step or more.
CodeGraph::Nodes CodeGraph::reached(RemoteAddress from, const Edges& edges, const Nodes& without) {
  Nodes seen;
  std::vector<RemoteAddress> left = {from};
  while (!left.empty()) {
    const auto found = edges.find(left.back());
    left.pop_back();
    if (found == edges.end()) continue;
    for (const RemoteAddress to : found->second) {
      if (!without.contains(to) && seen.insert(to).second) left.push_back(to);
    }
  }
  return seen;
}

/// Those that are in a circle with `at`, itself included; empty if there is no circle.
CodeGraph::Nodes CodeGraph::circle(RemoteAddress at, const Nodes& without) const {
  const Nodes ahead = reached(at, next_, without);
  const Nodes behind = reached(at, before_, without);
  Nodes both;
  std::ranges::set_intersection(ahead, behind, std::inserter(both, both.end()));
  return both;
}

std::vector<RemoteAddress> CodeGraph::exits(const Nodes& circle) const {
  Nodes exits;
  for (const RemoteAddress at : circle) {
    for (const RemoteAddress successor : next_.at(at)) {
      if (!circle.contains(successor)) exits.insert(successor);
    }
  }
  return {exits.begin(), exits.end()};
}

/// Where the circle's rounds begin: the first that is jumped to from behind.
RemoteAddress CodeGraph::header(const Nodes& circle) const {
  const auto is_header = [&](RemoteAddress at) {
    return std::ranges::any_of(
        before_.at(at), [&](RemoteAddress from) { return from >= at && circle.contains(from); });
  };
  const auto found = std::ranges::find_if(circle, is_header);
  return found == circle.end() ? *circle.begin() : *found;
}

std::vector<RemoteAddress> CodeGraph::instructions() const {
  std::vector<RemoteAddress> all;
  for (const auto& [at, successors] : next_) all.push_back(at);
  return all;
}

std::vector<Loop> CodeGraph::loops_around(RemoteAddress at) const {
  std::vector<Loop> loops;
  Nodes headers;
  while (!headers.contains(at)) {
    const Nodes circle = this->circle(at, headers);
    if (circle.empty()) break;
    loops.push_back({exits(circle)});
    headers.insert(header(circle));
  }
  return loops;
}

bool CodeGraph::jumps_into(RemoteAddress start, RemoteAddress end) const {
  const auto found = targets_.lower_bound(start);
  return found != targets_.end() && *found < end;
}

}  // namespace mecrr
