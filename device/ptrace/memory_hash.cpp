#include "device/ptrace/memory_hash.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/bytes.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/unique_fd.h"
#include "device/device.h"
#include "device/ptrace/proc.h"

namespace mecrr::ptrace {
namespace {

constexpr std::uint64_t kEntriesAtOnce = 2048;
constexpr std::uint64_t kPagesAtOnce = 16;  // what the nearest caches hold
constexpr std::uint64_t kRedZone = 128;     // below the stack pointer, and the program's own

/// Which pages of anonymous memory there are: the others are zero.
class Pagemap {
 public:
  static Result<Pagemap> open(Tid tid) {
    return Pagemap(TRY(open_file(fmt::format("/proc/{}/pagemap", tid), O_RDONLY | O_CLOEXEC)));
  }

  /// One entry for each page, from the address on; fewer at the end of the address space.
  std::span<const std::uint64_t> entries(RemoteAddress from, std::uint64_t pages) {
    const auto offset = static_cast<off_t>(from.value() / kPageBytes * sizeof(std::uint64_t));
    const auto got = ::pread(file_.get(), entries_.data(),
                             std::min(pages, kEntriesAtOnce) * sizeof(std::uint64_t), offset);
    return std::span(entries_).first(got > 0 ? static_cast<std::size_t>(got) / sizeof(std::uint64_t)
                                             : 0);
  }

  static bool is_there(std::uint64_t entry) {
    return entry >> 62 != 0;  // present or swapped: Documentation/admin-guide/mm/pagemap.rst
  }

 private:
  explicit Pagemap(UniqueFd file) : file_(std::move(file)) {}

  UniqueFd file_;
  std::array<std::uint64_t, kEntriesAtOnce> entries_{};
};

/// @return how many bytes from the start on; 0 if none can be read
std::uint64_t read_some(Tid tid, int memory, RemoteAddress from, MutableBytes into) {
  const iovec here{into.data(), into.size()};
  const iovec there{from.as_pointer(), into.size()};
  ssize_t got = ::process_vm_readv(tid.value(), &here, 1, &there, 1, 0);
  // It copies once, where /proc/TID/mem does twice, but only what the program may read itself.
  if (got <= 0) got = ::pread(memory, into.data(), into.size(), static_cast<off_t>(from.value()));
  return got > 0 ? static_cast<std::uint64_t>(got) : 0;
}

class Walk {
 public:
  Walk(Tid tid, int memory, Pagemap pagemap, std::vector<RemoteRange> dead, std::uint64_t most,
       const TakePage& take)
      : tid_(tid),
        memory_(memory),
        pagemap_(std::move(pagemap)),
        dead_(std::move(dead)),
        left_(most),
        take_(take) {}

  /// @return false if it is too much
  bool add(const MappedRange& mapped) {
    for (RemoteAddress at = mapped.range.start; at < mapped.range.end();) {
      const std::uint64_t pages = std::min((mapped.range.end() - at) / kPageBytes, kEntriesAtOnce);
      const auto entries =
          mapped.is_anonymous ? pagemap_.entries(at, pages) : std::span<const std::uint64_t>();
      const auto is_there = [&](std::uint64_t page) {
        return !mapped.is_anonymous || (page < entries.size() && Pagemap::is_there(entries[page]));
      };
      for (std::uint64_t page = 0; page < pages;) {
        const std::uint64_t first = page;
        while (page < pages && is_there(page)) ++page;
        const RemoteRange there{at + first * kPageBytes, (page - first) * kPageBytes};
        if (there.size > left_) return false;
        left_ -= there.size;
        add_pages(there);
        if (page == first) ++page;
      }
      at = at + pages * kPageBytes;
    }
    return true;
  }

  /// Those that cannot be read, beyond a file's end, do not count.
  void add_pages(RemoteRange pages) {
    for (RemoteAddress at = pages.start; at < pages.end();) {
      const MutableBytes bytes =
          std::span(buffer_).first(std::min(pages.end() - at, buffer_.size()));
      const std::uint64_t whole = read_some(tid_, memory_, at, bytes) / kPageBytes;
      for (std::uint64_t page = 0; page < whole; ++page)
        add_page(at + page * kPageBytes, bytes.subspan(page * kPageBytes, kPageBytes));
      at = at + std::max<std::uint64_t>(whole, 1) * kPageBytes;
    }
  }

 private:
  void add_page(RemoteAddress at, MutableBytes page) {
    for (const RemoteRange& dead : dead_) {
      const std::uint64_t from = std::max(dead.start, at).value();
      const std::uint64_t to = std::min(dead.end(), at + kPageBytes).value();
      if (from < to) std::ranges::fill(page.subspan(from - at.value(), to - from), std::byte{0});
    }
    static constexpr std::array<std::byte, kPageBytes> kZero{};
    if (!equal(page, kZero)) take_(at, page);
  }

  Tid tid_;
  int memory_;
  Pagemap pagemap_;
  std::vector<RemoteRange> dead_;
  std::uint64_t left_;  // bytes that may still be looked at
  const TakePage& take_;
  Bytes buffer_ = Bytes(kPagesAtOnce * kPageBytes);
};

}  // namespace

Result<bool> visit_memory(Tid tid, int memory, const HashedMemory& of, const TakePage& take) {
  const std::vector<MappedRange> mappings = TRY(mapped(tid));
  std::vector<RemoteRange> dead;
  for (const std::uint64_t stack : of.stacks) {
    const auto in = std::ranges::find_if(mappings, [&](const MappedRange& mapping) {
      return mapping.range.contains(RemoteAddress(stack));
    });
    if (in == mappings.end() || stack - in->range.start.value() <= kRedZone) continue;
    dead.push_back({in->range.start, stack - kRedZone - in->range.start.value()});
  }
  Walk walk(tid, memory, TRY(Pagemap::open(tid)), std::move(dead), of.most, take);
  const auto is_looked_at = [](const MappedRange& mapping) {
    return mapping.is_writable && !mapping.range.overlaps(kMecrrMemory);
  };
  if (of.pages) {
    for (const RemoteAddress page : *of.pages) {
      const auto in = std::ranges::find_if(
          mappings, [page](const MappedRange& mapping) { return mapping.range.contains(page); });
      if (in != mappings.end() && is_looked_at(*in)) walk.add_pages({page, kPageBytes});
    }
    return true;
  }
  for (const MappedRange& mapping : mappings) {
    if (is_looked_at(mapping) && !walk.add(mapping)) return false;
  }
  return true;
}

Result<std::optional<std::uint64_t>> memory_hash(Tid tid, int memory, const HashedMemory& of) {
  std::uint64_t sum = 0;
  const auto add = [&sum](RemoteAddress at, ByteView page) {
    const std::array<std::uint64_t, 2> placed = {at.value(), hash64(page)};
    sum += hash64(bytes_at(placed.data(), sizeof placed));
  };
  if (!TRY(visit_memory(tid, memory, of, add))) return std::nullopt;
  return sum;
}

}  // namespace mecrr::ptrace
