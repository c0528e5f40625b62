#include "device/patching/call_sites.h"

#include <emmintrin.h>

#include <algorithm>
#include <bitset>
#include <map>
#include <optional>
#include <utility>

#include "device/code/elf_functions.h"
#include "device/code/machine_code.h"
#include "device/patching/patch_planner.h"

namespace mecrr {
namespace {

/// Functions of a file lie side by side; only a hostile file lets us read more than this many times
/// its size.
constexpr std::uint64_t kMostReadings = 4;

__m128i load16(const std::byte* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(from)));
}

__m128i all(int octet) { return _mm_set1_epi8(static_cast<char>(octet)); }

/// Calls consider(i) for each i with a bit in mask_of(code + i), i + 16 and more bytes being there.
/// mask_of() reads 16 bytes, and one before and behind.
template <class MaskOf, class Consider>
void for_each_bit(ByteView code, MaskOf mask_of, Consider consider) {
  std::uint64_t at = 0;
  for (; code.size() - at > 16; at += 16)
    for (int bits = mask_of(code.data() + at); bits != 0; bits &= bits - 1)
      consider(at + static_cast<unsigned>(__builtin_ctz(static_cast<unsigned>(bits))));
  for (; at < code.size(); ++at) consider(at);
}

/// Offsets in `code` of all led instructions: 0f 05, 0f a2, 0f 31, 0f 01 f9.
std::vector<std::uint64_t> find_led_instructions(ByteView code) {
  std::vector<std::uint64_t> found;
  for_each_bit(
      code,
      [](const std::byte* at) {
        const __m128i second = load16(at + 1);
        const auto is = [&](int octet) { return _mm_cmpeq_epi8(second, all(octet)); };
        return _mm_movemask_epi8(_mm_and_si128(
            _mm_cmpeq_epi8(load16(at), all(0x0f)),
            _mm_or_si128(_mm_or_si128(is(0x05), is(0xa2)), _mm_or_si128(is(0x31), is(0x01)))));
      },
      [&](std::uint64_t at) {
        if (led_instruction(code, at)) found.push_back(at);
      });
  return found;
}

/// A function that has been read.
struct ReadFunction {
  FileRange range;
  CodeMap map;
};

/// Reads each function once, and not more than kMostReadings times the file in all.
class ReadFunctions {
 public:
  ReadFunctions(ByteView file, ElfFunctions& functions)
      : file_(file), functions_(functions), may_read_(kMostReadings * file.size()) {}

  /// The one that holds the byte at `offset`; null if none is known.
  const ReadFunction* at(std::uint64_t offset) {
    const auto range = functions_.function_at(offset);
    if (!range) return nullptr;
    const auto found = read_.find(range->offset);
    if (found != read_.end())
      return found->second.range.contains(offset) ? &found->second : nullptr;
    if (range->size > may_read_) return nullptr;
    may_read_ -= range->size;
    ReadFunction function{*range, map_code(code(*range))};
    return &read_.emplace(range->offset, std::move(function)).first->second;
  }

  ByteView code(FileRange range) const { return *slice(file_, range.offset, range.size); }

 private:
  ByteView file_;
  ElfFunctions& functions_;
  std::uint64_t may_read_;
  std::map<std::uint64_t, ReadFunction> read_;  // by first byte
};

/// A window of more than one instruction, which something outside of its function might enter.
struct OpenWindow {
  std::uint64_t start, end;  // addresses
  CallSite* site;

  bool is_entered_at(std::uint64_t address) const { return address > start && address < end; }
};

/// Where the window of a site that has one begins, as an offset in the file.
std::uint64_t start_of(const CallSite& site) { return site.window->start(site.offset); }

/// Finds the windows that an address is strictly inside of. Most addresses are inside of none.
class OpenWindows {
 public:
  explicit OpenWindows(std::vector<OpenWindow> windows) : windows_(std::move(windows)) {
    std::ranges::sort(windows_, {}, &OpenWindow::start);
    for (const OpenWindow& window : windows_)
      for (std::uint64_t at = window.start; at < window.end; ++at) maybe_[hash(at)] = true;
  }

  bool empty() const { return windows_.empty(); }

  /// Null if it is inside of none. They do not overlap.
  const OpenWindow* entered_at(std::uint64_t address) const {
    if (!maybe_[hash(address)]) return nullptr;
    const auto behind = std::ranges::upper_bound(windows_, address, {}, &OpenWindow::start);
    if (behind == windows_.begin()) return nullptr;
    const OpenWindow& window = *std::prev(behind);
    return window.is_entered_at(address) ? &window : nullptr;
  }

 private:
  static constexpr std::size_t kHashes = 1 << 16;
  static std::size_t hash(std::uint64_t address) { return address / 8 % kHashes; }

  std::vector<OpenWindow> windows_;  // by start
  std::bitset<kHashes> maybe_;
};

/// Opcode bytes of what may be a jump or call with 4 bytes of displacement; 0 if there is none.
[[gnu::always_inline]] inline std::uint64_t near_jump_bytes(ByteView code, std::uint64_t at) {
  const auto octet = [&](std::uint64_t i) { return std::to_integer<std::uint8_t>(code[i]); };
  if ((octet(at) & 0xfe) == 0xe8) return 1;
  if (at + 1 == code.size()) return 0;
  const bool jcc = octet(at) == 0x0f && octet(at + 1) >> 4 == 8;
  const bool xbegin = octet(at) == 0xc7 && octet(at + 1) == 0xf8;
  return jcc || xbegin ? 2 : 0;
}

/// One bit for each of the 16 bytes at `code` that near_jump_bytes() says something of.
[[gnu::always_inline]] inline int near_jumps(const std::byte* code) {
  const __m128i first = load16(code);
  const __m128i second = load16(code + 1);
  const __m128i jump = _mm_cmpeq_epi8(_mm_and_si128(first, all(0xfe)), all(0xe8));
  const __m128i jcc = _mm_and_si128(_mm_cmpeq_epi8(first, all(0x0f)),
                                    _mm_cmpeq_epi8(_mm_and_si128(second, all(0xf0)), all(0x80)));
  const __m128i xbegin =
      _mm_and_si128(_mm_cmpeq_epi8(first, all(0xc7)), _mm_cmpeq_epi8(second, all(0xf8)));
  return _mm_movemask_epi8(_mm_or_si128(jump, _mm_or_si128(jcc, xbegin)));
}

/// Calls consider(offset, target) for all that may be jumps or calls of `code`, which is mapped at
/// `base`.
template <class Consider>
void for_each_near_jump(ByteView code, std::uint64_t base, Consider consider) {
  const auto mask_of = [](const std::byte* bytes) { return near_jumps(bytes); };
  for_each_bit(code, mask_of, [&](std::uint64_t at) {
    const std::uint64_t opcode = near_jump_bytes(code, at);
    const auto displacement = load<std::int32_t>(code, at + opcode);
    if (opcode == 0 || !displacement) return;
    const std::uint64_t next = base + at + opcode + sizeof *displacement;
    consider(at, next + static_cast<std::uint64_t>(std::int64_t{*displacement}));
  });
}

/// Which addresses something in the file may jump to, or call, or names: a bit for each byte that
/// is executed.
class Entries {
 public:
  Entries(ByteView file, const ElfFunctions& functions) {
    for (const FileRange& range : functions.executable())
      parts_.push_back({functions.address_of(range.offset).value_or(0), range.size,
                        std::vector<std::uint64_t>(range.size / 64 + 1)});
    for (const std::uint64_t symbol : functions.symbol_addresses()) add(symbol);
    for (const FileRange& range : functions.executable()) {
      const std::uint64_t base = functions.address_of(range.offset).value_or(0);
      for_each_near_jump(*slice(file, range.offset, range.size), base,
                         [&](std::uint64_t, std::uint64_t target) { add(target); });
    }
  }

  /// Whether any is strictly inside of [start, end).
  bool any_inside(std::uint64_t start, std::uint64_t end) const {
    for (std::uint64_t at = start + 1; at < end; ++at)
      for (const Part& part : parts_)
        if (at - part.start < part.size &&
            (part.bits[(at - part.start) / 64] >> (at - part.start) % 64 & 1) != 0)
          return true;
    return false;
  }

 private:
  struct Part {
    std::uint64_t start, size;  // addresses
    std::vector<std::uint64_t> bits;
  };

  void add(std::uint64_t address) {
    for (Part& part : parts_) {
      const std::uint64_t at = address - part.start;
      if (at < part.size) part.bits[at / 64] |= std::uint64_t{1} << at % 64;
    }
  }

  std::vector<Part> parts_;
};

}  // namespace

class CallSites::Search {
  using Window = std::expected<PatchWindow, PatchRefusal>;

 public:
  Search(ByteView file, ElfFunctions functions)
      : file_(file), functions_(std::move(functions)), read_(file, functions_) {}

  /// What is known without a look outside of its function.
  std::expected<PatchWindow, PatchRefusal> plan(std::uint64_t offset) {
    const ReadFunction* function = read_.at(offset);
    if (function == nullptr) return std::unexpected(PatchRefusal::kNoFunction);
    return planner_.plan(read_.code(function->range), function->map,
                         offset - function->range.offset);
  }

  /// The same that all() has for it.
  Window at(std::uint64_t offset) {
    CallSite site{offset, plan(offset)};
    if (!site.window || site.window->instructions().size() == 1) return site.window;
    if (site.window->is_led_first()) part_from_next(site);
    if (site.window && is_entered(site)) refuse(site);
    return site.window;
  }

  std::vector<CallSite> all() {
    sites_.clear();
    for (const FileRange& range : functions_.executable())
      for (const std::uint64_t at : find_led_instructions(*slice(file_, range.offset, range.size)))
        if (!is_inside_of_instruction(range.offset + at))
          sites_.push_back({range.offset + at, plan(range.offset + at)});
    std::ranges::sort(sites_, {}, &CallSite::offset);
    const auto repeated = std::ranges::unique(sites_, {}, &CallSite::offset);
    sites_.erase(repeated.begin(), repeated.end());
    part_windows();
    close_windows();
    return std::move(sites_);
  }

  std::vector<std::uint64_t> may_be_counters() const {
    std::vector<std::uint64_t> found;
    for (const FileRange& range : functions_.executable()) {
      const ByteView code = *slice(file_, range.offset, range.size);
      for (const std::uint64_t at : find_led_instructions(code))
        if (led_instruction(code, at) == LedInstruction::kCounter)
          found.push_back(range.offset + at);
    }
    std::ranges::sort(found);
    return found;
  }

 private:
  /// Refuses the window of an rdtsc that reaches into the next instruction's.
  void part_windows() {
    CallSite* counter = nullptr;  // the last with a window
    for (CallSite& site : sites_) {
      if (!site.window) continue;
      if (counter != nullptr && start_of(site) < counter->offset + counter->window->size())
        counter->window = std::unexpected(PatchRefusal::kTooLittleRoom);
      counter = site.window->is_led_first() ? &site : nullptr;
    }
  }

  /// part_windows(), for one.
  void part_from_next(CallSite& counter) {
    const std::uint64_t end = counter.offset + counter.window->size();
    const std::uint64_t last =
        std::min<std::uint64_t>(end + PatchWindow::kMostBytes + kLedBytes, file_.size());
    const ByteView behind = *slice(file_, counter.offset + 1, last - counter.offset - 1);
    for (const std::uint64_t at : find_led_instructions(behind)) {
      const std::uint64_t offset = counter.offset + 1 + at;
      if (is_inside_of_instruction(offset) || !functions_.address_of(offset)) continue;
      const Window next = plan(offset);
      if (next && next->start(offset) < end)
        counter.window = std::unexpected(PatchRefusal::kTooLittleRoom);
      if (next) return;
    }
  }

  /// close_windows(), for one.
  bool is_entered(const CallSite& site) {
    const std::uint64_t start = start_of(site);
    const std::uint64_t size = site.window->size();
    const auto address = functions_.address_of(start);
    if (!address || short_jump_enters(start, start + size)) return true;
    if (!entries_) entries_.emplace(file_, functions_);
    if (!entries_->any_inside(*address, *address + size)) return false;
    CallSite looked_at = site;  // some entries merely look like one
    close_windows(OpenWindows({{*address, *address + size, &looked_at}}));
    return !looked_at.window;
  }

  /// Refuses the windows of more than one instruction that something elsewhere in the file enters.
  void close_windows() {
    std::vector<OpenWindow> open;
    for (CallSite& site : sites_) {
      if (!site.window || site.window->instructions().size() == 1) continue;
      const std::uint64_t start = start_of(site);
      const auto address = functions_.address_of(start);
      if (!address || short_jump_enters(start, start + site.window->size())) {
        refuse(site);
        continue;
      }
      open.push_back({*address, *address + site.window->size(), &site});
    }
    const OpenWindows windows(std::move(open));
    if (!windows.empty()) close_windows(windows);
  }

  void close_windows(const OpenWindows& windows) {
    for (const std::uint64_t symbol : functions_.symbol_addresses())
      if (const OpenWindow* entered = windows.entered_at(symbol)) refuse(*entered->site);
    for (const FileRange& range : functions_.executable()) close_windows_from(range, windows);
  }

  static void refuse(CallSite& site) { site.window = std::unexpected(PatchRefusal::kBranchInside); }

  bool short_jump_enters(std::uint64_t start, std::uint64_t end) {
    const std::uint64_t first = start - std::min<std::uint64_t>(start, kShortJumpReach);
    const std::uint64_t last = std::min<std::uint64_t>(end + kShortJumpReach, file_.size());
    const auto from = [](std::uint64_t a, std::uint64_t b) {
      return static_cast<std::int64_t>(a - b);
    };
    if (!may_jump_into(*slice(file_, first, last - first), nullptr, from(start, first),
                       from(end, first)))
      return false;
    for (std::uint64_t at = first; at + 2 <= last; ++at)
      if (may_jump_into(*slice(file_, at, 2), nullptr, from(start, at), from(end, at)) &&
          !is_inside_of_instruction(at))
        return true;
    return false;
  }

  void close_windows_from(FileRange range, const OpenWindows& windows) {
    const ByteView code = *slice(file_, range.offset, range.size);
    const std::uint64_t base = functions_.address_of(range.offset).value_or(0);
    for_each_near_jump(code, base, [&](std::uint64_t at, std::uint64_t target) {
      const OpenWindow* entered = windows.entered_at(target);
      if (entered != nullptr && !is_inside_of_instruction(range.offset + at))
        refuse(*entered->site);
    });
  }

  bool is_inside_of_instruction(std::uint64_t offset) {
    const ReadFunction* function = read_.at(offset);
    return function != nullptr &&
           function->map.bytes[offset - function->range.offset] == CodeMap::Byte::kInside;
  }

  static constexpr std::uint64_t kShortJumpReach = 130;

  ByteView file_;
  ElfFunctions functions_;
  ReadFunctions read_;
  PatchPlanner planner_;
  std::vector<CallSite> sites_;
  std::optional<Entries> entries_;
};

CallSites::CallSites(ByteView elf_file) {
  if (auto functions = ElfFunctions::of(elf_file))
    search_ = std::make_unique<Search>(elf_file, *std::move(functions));
}

CallSites::~CallSites() = default;
CallSites::CallSites(CallSites&&) noexcept = default;
CallSites& CallSites::operator=(CallSites&&) noexcept = default;

const std::vector<CallSite>& CallSites::all() {
  if (all_.empty() && search_ != nullptr) all_ = search_->all();
  return all_;
}

std::expected<PatchWindow, PatchRefusal> CallSites::at(std::uint64_t offset) {
  if (search_ == nullptr) return std::unexpected(PatchRefusal::kNoFunction);
  if (all_.empty()) return search_->at(offset);
  const auto found = std::ranges::lower_bound(all(), offset, {}, &CallSite::offset);
  if (found == all_.end() || found->offset != offset)
    return std::unexpected(PatchRefusal::kNotReached);
  return found->window;
}

std::vector<std::uint64_t> CallSites::may_be_counters() const {
  return search_ == nullptr ? std::vector<std::uint64_t>{} : search_->may_be_counters();
}

std::vector<CallSite> find_call_sites(ByteView elf_file) { return CallSites(elf_file).all(); }

}  // namespace mecrr
