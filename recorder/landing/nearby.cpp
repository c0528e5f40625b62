#include "recorder/landing/nearby.h"

#include <algorithm>
#include <unordered_map>

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
    if (writable_.empty() || pointer < writable_.front().range.start) return;
    if (pointer >= writable_.back().range.end() || pointers_.size() == kMostFollowed) return;
    const RemoteAddress start = pointer.rounded_down(kPageBytes);
    Page* page = page_at(start);
    if (page == nullptr) return;
    const std::uint64_t line = std::uint64_t{1} << ((pointer - start) / kLineBytes);
    if ((page->lines & line) != 0) return;
    page->lines |= line;
    pointers_.push_back(pointer.rounded_down(kLineBytes));
  }

  /// All words of eight bytes.
  void add_all(ByteView words) {
    for (std::size_t at = 0; at < words.size(); at += kWordBytes)
      add(RemoteAddress(load<std::uint64_t>(words, at).value_or(0)));
  }

  void run() {
    for (std::size_t next = 0; next < pointers_.size(); ++next) {
      const RemoteAddress line = pointers_[next];
      const RemoteAddress start = line.rounded_down(kPageBytes);
      const Bytes& page = pages_.at(start).bytes;
      add_all(ByteView(page).subspan(line - start, kLineBytes));
    }
  }

  std::map<RemoteAddress, Bytes> take_pages() {
    std::map<RemoteAddress, Bytes> all;
    for (auto& [start, page] : pages_) all.emplace(start, std::move(page.bytes));
    return all;
  }

 private:
  struct Page {
    Bytes bytes;
    std::uint64_t lines = 0;  // a bit for each that is followed
  };

  /// Null if it is not to be looked at.
  Page* page_at(RemoteAddress start) {
    if (const auto there = pages_.find(start); there != pages_.end()) return &there->second;
    if (pages_.size() == static_cast<std::size_t>(kMaxLandingPages)) return nullptr;
    if (mapping_at(writable_, start) == nullptr) return nullptr;
    auto bytes = read_bytes(task_, start, kPageBytes);
    if (!bytes) return nullptr;
    return &pages_.emplace(start, Page{.bytes = *std::move(bytes)}).first->second;
  }

  const StoppedTask& task_;
  const std::vector<MapsLine>& writable_;
  std::vector<RemoteAddress> pointers_;
  std::unordered_map<RemoteAddress, Page> pages_;
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
  if (before == seen_.end() || equal(now, before->second)) return;
  for (std::size_t at = 0; at < now.size(); at += kWordBytes) {
    const auto then = load<std::uint64_t>(before->second, at);
    if (load<std::uint64_t>(now, at) != then) ++changes_[page + at];
  }
}

std::vector<RemoteRange> Nearby::changed() const {
  std::vector<std::pair<RemoteAddress, int>> sorted(changes_.begin(), changes_.end());
  std::ranges::sort(sorted, {},
                    [](const auto& word) { return std::pair(-word.second, word.first); });
  std::vector<RemoteRange> words;
  for (const auto& [start, times] : sorted) words.push_back({start, kWordBytes});
  return words;
}

}  // namespace mecrr
