#include "replayer/breakpoints/sites.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>
#include <variant>

namespace mecrr {
namespace {

constexpr std::array kInt3 = {std::byte{0xcc}};

}  // namespace

bool is_breakpoint_trap(const Stop& stop) {
  const auto* signaled = std::get_if<Signaled>(&stop);
  return signaled != nullptr && signaled->info.si_signo == SIGTRAP &&
         signaled->info.si_code == SI_KERNEL;
}

bool Sites::remove(Breakpoint place, RuleId rule) {
  const auto found = wanted_.find(place);
  if (found == wanted_.end() || found->second.erase(rule) == 0) return false;
  if (found->second.empty()) wanted_.erase(found);
  return true;
}

void Sites::remove(RuleId rule) {
  for (const Breakpoint& place : places()) remove(place, rule);
  rules_.erase(rule);
}

std::vector<Breakpoint> Sites::places() const {
  std::vector<Breakpoint> places;
  for (const auto& [place, rules] : wanted_) places.push_back(place);
  return places;
}

void Sites::inherit(StreamId parent, StreamId child) {
  for (const Breakpoint& place : places()) {
    if (place.stream == parent) wanted_[{child, place.address}].merge(std::set(wanted_.at(place)));
  }
}

void Sites::forget(StreamId stream) {
  wanted_.erase(wanted_.lower_bound({stream, RemoteAddress()}),
                wanted_.lower_bound({stream.next(), RemoteAddress()}));
}

// ---- rules

std::vector<RuleId> Sites::come_to(Breakpoint place, const Registers& registers,
                                   const Memory& memory) {
  std::vector<RuleId> stop;
  for (const RuleId id : rules_at(place)) {
    Rule& rule = rules_[id];
    if (!rule.condition.holds(registers, memory)) continue;
    ++rule.hits;
    if (rule.ignore == 0) {
      stop.push_back(id);
    } else {
      --rule.ignore;
    }
  }
  return stop;
}

std::optional<Probe> Sites::probe(Breakpoint place) const {
  const std::vector<RuleId> rules = rules_at(place);
  if (rules.size() != 1) return std::nullopt;
  const auto rule = rules_.find(rules.front());
  if (rule == rules_.end()) return std::nullopt;
  const auto& [condition, ignore, hits] = rule->second;
  if (ignore == 0 && condition.comparisons.empty()) return std::nullopt;
  auto probe = as_probe(condition, place.address);
  if (probe) probe->skip = ignore;
  return probe;
}

void Sites::note(Breakpoint place, const ProbeCounts& counts) {
  for (const RuleId id : rules_at(place)) {
    Rule& rule = rules_[id];
    rule.hits += counts.matches;
    rule.ignore -= std::min(rule.ignore, counts.matches);
  }
}

std::vector<RuleId> Sites::rules_at(Breakpoint place) const {
  const auto found = wanted_.find(place);
  if (found == wanted_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

// ---- in memory

Result<void> Sites::put_in(StoppedTask& task, StreamId stream, AddressSpace& memory,
                           std::optional<RemoteAddress> probe) {
  placed_.clear();
  are_in_ = true;
  for (auto at = wanted_.lower_bound({stream, RemoteAddress()});
       at != wanted_.end() && at->first.stream == stream; ++at) {
    const RemoteAddress address = at->first.address;
    if (address == probe) continue;
    TRY(memory.uncover(task, address));
    std::array<std::byte, 1> original;
    auto done = task.read(address, original);
    if (done) done = task.write(address, kInt3);
    if (!done && done.error().code == EFAULT) continue;
    if (!done) return done;
    placed_.push_back({address, original[0]});
  }
  return {};
}

Result<void> Sites::take_out(StoppedTask& task) {
  are_in_ = false;
  for (const Placed& site : placed_) TRY(task.write(site.address, std::array{site.original}));
  return {};
}

bool Sites::was_in(RemoteAddress address) const {
  return std::ranges::any_of(placed_, [&](const Placed& p) { return p.address == address; });
}

}  // namespace mecrr
