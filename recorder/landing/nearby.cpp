#include "recorder/landing/nearby.h"

#include <algorithm>
#include <unordered_set>

#include "device/probe.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kWordBytes = 8;
/// So much from where a pointer leads is searched for further ones.
constexpr std::uint64_t kLineBytes = 64;
/// How many pointers are followed at most, and how much of the stack is searched for them.
constexpr std::size_t kMostFollowed = 1500;
constexpr std::uint64_t kStackBytes = 512;

/// Follows pointers, the nearest first.
class Pursuit {
 public:
  Pursuit(const StoppedTask& task, const std::vector<MapsLine>& writable)
      : task_(task), writable_(writable) {}

  void add(RemoteAddress pointer) {
    const RemoteAddress line = pointer.rounded_down(kLineBytes);
    const bool leads = pointers_.size() < kMostFollowed && mapping_at(writable_, line) != nullptr;
    if (leads && known_.insert(line).second) pointers_.push_back(line);
  }

  /// All words of eight bytes.
  void add_all(ByteView words) {
    for (std::size_t at = 0; at < words.size(); at += kWordBytes)
      add(RemoteAddress(load<std::uint64_t>(words, at).value_or(0)));
  }

  void run() {
    for (std::size_t next = 0; next < pointers_.size(); ++next) {
      const RemoteAddress line = pointers_[next];
      const ByteView page = page_of(line.rounded_down(kPageBytes));
      if (page.empty()) continue;
      add_all(page.subspan(line - line.rounded_down(kPageBytes), kLineBytes));
    }
  }

  std::map<RemoteAddress, Bytes> take_pages() { return std::move(pages_); }

 private:
  ByteView page_of(RemoteAddress start) {
    const auto there = pages_.find(start);
    if (there != pages_.end()) return there->second;
    if (pages_.size() == static_cast<std::size_t>(kMaxLandingPages)) return {};
    auto page = read_bytes(task_, start, kPageBytes);
    if (!page) return {};
    return pages_.emplace(start, *std::move(page)).first->second;
  }

  const StoppedTask& task_;
  const std::vector<MapsLine>& writable_;
  std::vector<RemoteAddress> pointers_;
  std::unordered_set<RemoteAddress> known_;
  std::map<RemoteAddress, Bytes> pages_;
};

}  // namespace

Result<void> Nearby::look(const StoppedTask& task, const Registers& registers,
                          const std::vector<RemoteAddress>& hints,
                          const std::vector<MapsLine>& writable) {
  Pursuit pursuit(task, writable);
  for (const RemoteAddress hint : hints) pursuit.add(hint);
  for (std::uint8_t number = 0; number < kMaxProbeRegisters; ++number)
    pursuit.add(RemoteAddress(general_register(registers, number)));
  const RemoteRange stack = readable_part(task, {RemoteAddress(registers.rsp), kStackBytes});
  pursuit.add_all(TRY(read_bytes(task, stack.start, stack.size)));
  pursuit.run();
  pages_.clear();
  for (auto& [start, bytes] : pursuit.take_pages()) {
    pages_.push_back(start);
    count_changes(start, bytes);
    seen_.insert_or_assign(start, std::move(bytes));
  }
  return {};
}

void Nearby::count_changes(RemoteAddress page, ByteView now) {
  const auto before = seen_.find(page);
  if (before == seen_.end()) return;
  if (equal(now, before->second)) return;
  for (std::size_t at = 0; at < now.size(); at += kWordBytes) {
    const auto then = load<std::uint64_t>(before->second, at);
    if (load<std::uint64_t>(now, at) != then) ++changes_[page + at];
  }
}

std::vector<RemoteRange> Nearby::changed() const {
  std::vector<std::pair<RemoteAddress, int>> sorted(changes_.begin(), changes_.end());
  std::ranges::stable_sort(sorted, std::greater{}, &std::pair<RemoteAddress, int>::second);
  std::vector<RemoteRange> words;
  for (const auto& [start, times] : sorted) words.push_back({start, kWordBytes});
  return words;
}

}  // namespace mecrr
