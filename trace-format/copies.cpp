#include "trace-format/copies.h"

#include <algorithm>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

using Copies = google::protobuf::RepeatedPtrField<pb::Copy>;

bool same_field(const pb::Copy& a, const pb::Copy& b) {
  return a.event() == b.event() && a.write() == b.write();
}

// What can be said of it without looking at any other.
Result<void> check_alone(const pb::Copy& copy, const pb::Chunk& chunk) {
  if (copy.size() == 0) return fail("it is empty");
  if (std::cmp_greater_equal(copy.event(), chunk.event_size())) {
    return fail("there is no event {}", copy.event());
  }
  const pb::Event& event = chunk.event(static_cast<int>(copy.event()));
  if (std::cmp_greater_equal(copy.write(), copied_fields(event))) {
    return fail("event {} has no data {}", copy.event(), copy.write());
  }
  return {};
}

// That they keep to their order and limits, before memory is used for them.
Result<void> check_copies(const pb::Chunk& chunk, std::uint64_t raw_bytes) {
  std::uint64_t left = kMaxCopiedBytes;
  if (chunk.event_size() > 1)
    left = kMaxSharedFrameBytes - std::min(kMaxSharedFrameBytes, raw_bytes);
  const pb::Copy* last = nullptr;
  int number = 0;
  for (const pb::Copy& copy : chunk.copy()) {
    TRY(with_context(check_alone(copy, chunk), "copy {}", number));
    if (copy.size() > left) return fail("copy {}: there is too much that is copied", number);
    left -= copy.size();
    if (last != nullptr) {
      const bool follows =
          same_field(*last, copy)
              ? copy.at() >= last->at() && copy.at() - last->at() >= last->size()
              : std::pair(last->event(), last->write()) < std::pair(copy.event(), copy.write());
      if (!follows) return fail("copy {} is not behind the one before", number);
    }
    last = &copy;
    ++number;
  }
  return {};
}

class Expansion {
 public:
  Expansion(ByteView raw, std::uint64_t offset, SourceFrames& others)
      : raw_(raw), offset_(offset), others_(others) {}

  // These are all that one field has.
  Result<void> expand(std::string& field, std::span<const pb::Copy* const> copies) {
    std::uint64_t copied = 0;
    for (const pb::Copy* copy : copies) copied += copy->size();
    std::string whole;
    whole.reserve(field.size() + copied);
    std::string_view left = field;
    for (const pb::Copy* copy : copies) {
      const std::uint64_t before = copy->at() - whole.size();  // copies do not overlap
      if (before > left.size()) {
        return fail("a copy at byte {} of {}", copy->at(), whole.size() + left.size());
      }
      whole += left.substr(0, before);
      left.remove_prefix(before);
      whole += as_text(TRY(bytes_of(*copy)));
    }
    whole += left;
    field = std::move(whole);
    return {};
  }

 private:
  Result<ByteView> bytes_of(const pb::Copy& copy) {
    const ByteView from = copy.frame() == 0 ? raw_ : TRY(bytes_of_other(copy.frame()));
    const auto bytes = slice(from, copy.offset(), copy.size());
    if (bytes) return *bytes;
    return fail("a copy of {} bytes from {} of {}", copy.size(), copy.offset(), from.size());
  }

  Result<ByteView> bytes_of_other(std::uint64_t frame) {
    const ByteView bytes = TRY(others_.bytes_of(frame, offset_));
    if (used_.insert(frame).second && (used_bytes_ += bytes.size()) > kMaxSourceBytes) {
      return fail("the copies come from more than {} bytes", kMaxSourceBytes);
    }
    return bytes;
  }

  ByteView raw_;
  std::uint64_t offset_;
  SourceFrames& others_;
  std::set<std::uint64_t> used_;
  std::uint64_t used_bytes_ = 0;
};

}  // namespace

int copied_fields(const pb::Event& event) {
  if (event.has_log()) return 1;
  if (event.has_call()) return event.call().outcome().write_size();
  if (event.has_returned()) return event.returned().outcome().write_size();
  return 0;
}

std::string& copied_field(pb::Event& event, int number) {
  MECRR_CHECK(number < copied_fields(event), "{}", number);
  if (event.has_log()) return *event.mutable_log()->mutable_records();
  pb::Outcome& outcome = event.has_call() ? *event.mutable_call()->mutable_outcome()
                                          : *event.mutable_returned()->mutable_outcome();
  return *outcome.mutable_write(number)->mutable_data();
}

Result<void> expand_copies(pb::Chunk& chunk, ByteView raw, std::uint64_t offset,
                           SourceFrames* others) {
  if (chunk.copy_size() == 0) return {};
  if (others == nullptr) return fail("there are copies, and nothing to copy from");
  TRY(check_copies(chunk, raw.size()));
  Expansion expansion(raw, offset, *others);
  std::vector<const pb::Copy*> of_field;
  for (int i = 0; i < chunk.copy_size(); ++i) {
    const pb::Copy& copy = chunk.copy(i);
    of_field.push_back(&copy);
    if (i + 1 < chunk.copy_size() && same_field(copy, chunk.copy(i + 1))) continue;
    pb::Event& event = *chunk.mutable_event(static_cast<int>(copy.event()));
    std::string& field = copied_field(event, static_cast<int>(copy.write()));
    TRY(with_context(expansion.expand(field, of_field), "event {} of the chunk", copy.event()));
    of_field.clear();
  }
  chunk.clear_copy();
  return {};
}

}  // namespace mecrr
