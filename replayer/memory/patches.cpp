#include "replayer/memory/patches.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace mecrr {
namespace {

RemoteRange range_of(const Patches::Windows::value_type& entry) {
  return {RemoteAddress(entry.first), entry.second.code.size()};
}

}  // namespace

/// The first window of which something lies at or behind `address`.
Patches::Windows::const_iterator Patches::first_behind(RemoteAddress address) const {
  auto at = windows_.lower_bound(address.value());
  if (at != windows_.begin() && range_of(*std::prev(at)).contains(address)) --at;
  return at;
}

const Patches::Window* Patches::at(RemoteAddress site) const {
  const auto found = windows_.find(site.value());
  return found == windows_.end() ? nullptr : &found->second;
}

Patches::Windows::const_iterator Patches::around(RemoteAddress address) const {
  const auto above = windows_.upper_bound(address.value());
  if (above == windows_.begin()) return windows_.end();
  const auto found = std::prev(above);
  const RemoteRange window = range_of(*found);
  const bool is_around = address - window.start < window.size + kLedBytes;
  return is_around ? found : windows_.end();
}

bool Patches::overlaps(RemoteRange range) const {
  const auto at = first_behind(range.start);
  return at != windows_.end() && range_of(*at).overlaps(range);
}

std::optional<RemoteAddress> Patches::program_address(RemoteAddress rip) const {
  const auto above = sites_.upper_bound(rip.value());
  if (above == sites_.begin()) return std::nullopt;
  const auto& [stub, site] = *std::prev(above);
  const Window* window = at(RemoteAddress(site));
  if (window == nullptr || window->stub.value() != stub) return std::nullopt;
  const auto plan = PatchWindow::of(window->original, window->led);
  if (!plan) return std::nullopt;
  return mecrr::program_address(*plan, {RemoteAddress(site), RemoteAddress(stub)}, rip);
}

void Patches::set(RemoteAddress site, Window window) {
  sites_.insert_or_assign(window.stub.value(), site.value());
  windows_.insert_or_assign(site.value(), std::move(window));
}

void Patches::forget(RemoteRange range) {
  auto at = first_behind(range.start);
  while (at != windows_.end() && range_of(*at).overlaps(range)) at = windows_.erase(at);
}

void Patches::move(RemoteRange from, RemoteAddress to) {
  std::vector<Windows::value_type> moved;
  for (auto at = first_behind(from.start); at != windows_.end() && range_of(*at).overlaps(from);
       ++at) {
    if (from.contains(range_of(*at))) moved.push_back(*at);
  }
  forget(from);
  for (auto& [site, window] : moved)
    set(to + (RemoteAddress(site) - from.start), std::move(window));
}

void Patches::hide(RemoteAddress from, MutableBytes bytes) const {
  const RemoteRange read{from, bytes.size()};
  for (auto at = first_behind(from); at != windows_.end(); ++at) {
    const RemoteRange window = range_of(*at);
    const RemoteRange common = window.intersection(read);
    if (common.size == 0) break;
    const std::uint64_t in_window = common.start - window.start;
    const MutableBytes shown = bytes.subspan(common.start - from, common.size);
    const ByteView code = ByteView(at->second.code).subspan(in_window, common.size);
    if (!equal(shown, code)) continue;  // the program has put something else there
    std::ranges::copy(ByteView(at->second.original).subspan(in_window, common.size), shown.begin());
  }
}

}  // namespace mecrr
