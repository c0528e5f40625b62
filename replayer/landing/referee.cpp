#include "replayer/landing/referee.h"

#include <algorithm>
#include <array>
#include <bit>
#include <set>
#include <utility>

#include "base/hash.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kWordBytes = 8;
/// Of one landing; more can be seen in a further replay, when words pass by these.
constexpr std::size_t kMostMoments = 64;  // bits of Comparison::Moments
/// Words that differ at one moment: as many are looked at.
constexpr std::size_t kMostDifferences = 1024;
/// What one landing gets at once.
constexpr std::size_t kMostWords = 16;
/// Pages of one moment to be looked at in another replay.
constexpr std::size_t kMostWanted = 8;

constexpr std::array<std::byte, kPageBytes> kZeroPage{};

}  // namespace

/// The landing's memory against that of the wrong moments, page by page, lowest first.
class Referee::Comparison {
 public:
  Comparison(const std::vector<Moment>& moments, RemoteAddress instruction,
             const std::vector<std::uint64_t>& stacks)
      : moments_(moments),
        next_(moments.size()),
        found_(moments.size()),
        instruction_(instruction),
        stacks_(stacks) {}

  /// A page at the landing that is not zero.
  void add(RemoteAddress start, ByteView now) {
    pass_all_below(start);
    const std::uint64_t hash = hash64(now);
    for (std::size_t i = 0; i < moments_.size(); ++i) {
      const Page* then = next_of(i);
      if (then == nullptr || then->start != start) {
        compare(i, start, kZeroPage, now);
        continue;
      }
      ++next_[i];
      if (then->hash != hash) compare(i, *then, now);
    }
  }

  /// Behind the last page.
  void end() { pass_all_below(RemoteAddress(~std::uint64_t{0})); }

  /// As few words as tell the landing from all moments, or from as many as can be.
  std::vector<pb::Word> choose() {
    std::vector<pb::Word> words;
    untold_ = moments_.size() == kMostMoments ? ~Moments{0} : (Moments{1} << moments_.size()) - 1;
    while (untold_ != 0 && words.size() < kMostWords) {
      const auto tells = [&](const auto& entry) {
        return std::popcount(entry.second.tells & untold_);
      };
      const auto best = std::ranges::max_element(words_, {}, tells);
      if (best == words_.end() || tells(*best) == 0) break;
      pb::Word& word = words.emplace_back();
      word.set_address(best->first.value());
      word.set_bytes(kWordBytes);
      word.set_value(best->second.value);
      untold_ &= ~best->second.tells;
    }
    return words;
  }

  /// After choose(): pages that tell the landing from the others, though not how.
  std::vector<RemoteAddress> wanted() const {
    std::set<RemoteAddress> pages;
    for (std::size_t i = 0; i < moments_.size(); ++i) {
      if ((untold_ >> i & 1) != 0) pages.insert(found_[i].unread.begin(), found_[i].unread.end());
    }
    return {pages.begin(), pages.end()};
  }

 private:
  using Moments = std::uint64_t;  // a bit for each
  struct Word {
    std::uint64_t value = 0;  // at the landing
    Moments tells = 0;        // where it was another
  };
  struct Found {
    std::size_t words = 0;
    std::vector<RemoteAddress> unread;  // pages that differ, and were not kept
  };

  /// The moment's page that is to be compared next; null behind its last.
  const Page* next_of(std::size_t moment) const {
    const Moment& pages = moments_[moment];
    return next_[moment] < pages.size() ? &pages[next_[moment]] : nullptr;
  }

  /// Pages that were not zero at some moments, and are at the landing.
  void pass_all_below(RemoteAddress start) {
    for (std::size_t i = 0; i < moments_.size(); ++i) {
      for (const Page* then = next_of(i); then != nullptr && then->start < start;
           then = next_of(i)) {
        ++next_[i];
        compare(i, *then, kZeroPage);
      }
    }
  }

  void compare(std::size_t moment, const Page& then, ByteView now) {
    if (then.bytes) return compare(moment, then.start, *then.bytes, now);
    std::vector<RemoteAddress>& unread = found_[moment].unread;
    if (unread.size() < kMostWanted) unread.push_back(then.start);
  }

  void compare(std::size_t moment, RemoteAddress start, ByteView then, ByteView now) {
    for (std::size_t at = 0; at < kPageBytes; at += kWordBytes) {
      const auto value = load<std::uint64_t>(now, at);
      if (value == load<std::uint64_t>(then, at) || !can_be_compared(start + at)) continue;
      auto word = words_.find(start + at);
      if (word == words_.end()) {
        if (found_[moment].words == kMostDifferences) continue;
        ++found_[moment].words;
        word = words_.try_emplace(start + at, Word{.value = *value}).first;
      }
      word->second.tells |= Moments{1} << moment;
    }
  }

  /// Not where the probe changes the code; nor what is just being given up below a stack pointer.
  bool can_be_compared(RemoteAddress word) const {
    constexpr std::uint64_t kProbed = 64, kRedZone = 128;
    if (word + kProbed > instruction_ && word < instruction_ + kProbed) return false;
    return std::ranges::none_of(stacks_, [&](std::uint64_t stack) {
      return word.value() < stack && stack - word.value() <= kRedZone + kWordBytes;
    });
  }

  const std::vector<Moment>& moments_;
  std::vector<std::size_t> next_;  // by moment: the first page that has not been compared
  std::vector<Found> found_;       // by moment
  std::map<RemoteAddress, Word> words_;
  Moments untold_ = 0;
  RemoteAddress instruction_;
  const std::vector<std::uint64_t>& stacks_;
};

HashedMemory Referee::of(Order landing, const std::vector<std::uint64_t>& stacks) const {
  HashedMemory memory{.stacks = stacks};
  if (const auto pages = looked_at_.find(landing); pages != looked_at_.end())
    memory.pages = pages->second;
  return memory;
}

void Referee::keep(Moment& moment, RemoteAddress start, ByteView bytes, std::size_t room) {
  Page page{start, hash64(bytes), nullptr};
  if (!moments_.empty()) {
    const auto before = std::ranges::lower_bound(moments_.back(), start, {}, &Page::start);
    if (before != moments_.back().end() && before->start == start && before->hash == page.hash)
      page.bytes = before->bytes;
  }
  if (!page.bytes && pages_ < room) {
    page.bytes = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
    ++pages_;
  }
  moment.push_back(std::move(page));
}

Result<void> Referee::see_wrong(Order landing, const StoppedTask& task,
                                const std::vector<std::uint64_t>& stacks) {
  if (landing_ != landing) {
    landing_ = landing;
    moments_.clear();
    pages_ = hashes_ = 0;
  }
  if (moments_.size() == kMostMoments) return {};
  // What it has asked for is little.
  const std::size_t room = looked_at_.contains(landing) ? SIZE_MAX : room_.pages;
  Moment moment;
  bool is_whole = true;
  TRY(task.visit_memory(of(landing, stacks), [&](RemoteAddress start, ByteView bytes) {
    is_whole &= hashes_ < room_.hashes;
    if (!is_whole) return;
    ++hashes_;
    keep(moment, start, bytes, room);
  }));
  if (is_whole) moments_.push_back(std::move(moment));
  return {};
}

Result<void> Referee::see_right(Order order, const pb::Landing& landing, const StoppedTask& task,
                                const std::vector<std::uint64_t>& stacks) {
  if (landing_ != order || moments_.empty()) return {};
  Comparison comparison(moments_, RemoteAddress(landing.registers().rip()), stacks);
  TRY(task.visit_memory(of(order, stacks), [&](RemoteAddress start, ByteView bytes) {
    comparison.add(start, bytes);
  }));
  comparison.end();
  if (auto words = comparison.choose(); !words.empty()) words_.emplace(order, std::move(words));
  if (auto pages = comparison.wanted(); !pages.empty()) wanted_.emplace(order, std::move(pages));
  landing_.reset();
  moments_.clear();
  return {};
}

void Referee::begin_again() {
  landing_.reset();
  moments_.clear();
  words_.clear();
  looked_at_ = std::exchange(wanted_, {});
}

void add_words(pb::Landing& landing, const std::vector<pb::Word>& words) {
  const auto most = static_cast<std::size_t>(kMaxLandingWords);
  std::vector<pb::Word> all(words.begin(), words.end());
  const auto before = static_cast<std::size_t>(landing.word_size());
  const std::size_t kept = std::min(before, most - std::min(most, all.size()));
  all.insert(all.end(), landing.word().end() - static_cast<std::ptrdiff_t>(kept),
             landing.word().end());
  if (all.size() > most) all.resize(most);
  landing.mutable_word()->Assign(all.begin(), all.end());
}

}  // namespace mecrr
