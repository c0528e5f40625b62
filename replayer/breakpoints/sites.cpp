#include "replayer/breakpoints/sites.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace mecrr {
namespace {

constexpr std::array kInt3 = {std::byte{0xcc}};

}  // namespace

void Sites::inherit(StreamId parent, StreamId child) {
  std::vector<Breakpoint> copies;
  for (auto at = wanted_.lower_bound({parent, RemoteAddress()});
       at != wanted_.end() && at->stream == parent; ++at) {
    copies.push_back({child, at->address});
  }
  wanted_.insert(copies.begin(), copies.end());
}

void Sites::forget(StreamId stream) {
  wanted_.erase(wanted_.lower_bound({stream, RemoteAddress()}),
                wanted_.lower_bound({stream.next(), RemoteAddress()}));
}

Result<void> Sites::put_in(StoppedTask& task, StreamId stream, AddressSpace& memory) {
  placed_.clear();
  are_in_ = true;
  for (auto at = wanted_.lower_bound({stream, RemoteAddress()});
       at != wanted_.end() && at->stream == stream; ++at) {
    TRY(memory.uncover(task, at->address));
    std::array<std::byte, 1> original;
    auto done = task.read(at->address, original);
    if (done) done = task.write(at->address, kInt3);
    if (!done && done.error().code == EFAULT) continue;
    if (!done) return done;
    placed_.push_back({at->address, original[0]});
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
