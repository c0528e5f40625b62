#include "recorder/memory/robust_list.h"

#include <linux/futex.h>

#include <optional>

namespace mecrr {
namespace {

constexpr int kMaxEntries = 2048;  // ROBUST_LIST_LIMIT

/// struct robust_list_head
struct Head {
  std::uint64_t first;
  std::int64_t futex_offset;
  std::uint64_t pending;
};

/// The lowest bit of a pointer says that the futex is of the priority-inheritance kind.
RemoteAddress without_mark(std::uint64_t pointer) { return RemoteAddress(pointer & ~1ull); }

std::optional<DyingWrite> death_of(const Memory& memory, RemoteAddress futex, std::uint32_t tid) {
  const auto word = read_object<std::uint32_t>(memory, futex);
  if (!word || futex.value() % 4 != 0 || (*word & FUTEX_TID_MASK) != tid) return std::nullopt;
  return DyingWrite{futex, (*word & FUTEX_WAITERS) | FUTEX_OWNER_DIED};
}

}  // namespace

std::vector<DyingWrite> robust_list_writes(const Memory& memory, RemoteAddress head,
                                           std::uint32_t tid_in_program) {
  std::vector<DyingWrite> writes;
  if (head.is_null()) return writes;
  const auto list = read_object<Head>(memory, head);
  if (!list) return writes;
  const auto offset = static_cast<std::uint64_t>(list->futex_offset);
  const auto add = [&](RemoteAddress entry) {
    if (auto write = death_of(memory, entry + offset, tid_in_program)) writes.push_back(*write);
  };
  const RemoteAddress pending = without_mark(list->pending);
  RemoteAddress entry = without_mark(list->first);
  for (int i = 0; i < kMaxEntries && entry != head; ++i) {
    const auto next = read_object<std::uint64_t>(memory, entry);
    if (entry != pending) add(entry);
    if (!next) break;
    entry = without_mark(*next);
  }
  if (!pending.is_null()) add(pending);
  return writes;
}

}  // namespace mecrr
