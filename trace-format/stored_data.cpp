#include "trace-format/stored_data.h"

#include <google/protobuf/io/coded_stream.h>
#include <sys/random.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "base/check.h"
#include "trace-format/call_log.h"
#include "trace-format/copies.h"
#include "trace-format/limits.h"

namespace mecrr {

namespace {

/// Added to an offset that is not complete yet: protobuf leaves out a zero, and the message would
/// grow when it is completed.
constexpr std::uint64_t kNotZero = 1;

/// Data in a field, which copies may stand for.
struct Piece {
  std::size_t offset = 0;
  std::size_t size = 0;
};

std::vector<Piece> pieces_of(const pb::Event& event, ByteView field) {
  if (!event.has_log()) {
    if (field.size() < StoredData::kLeastBytes) return {};
    return {{0, field.size()}};
  }
  std::vector<Piece> pieces;
  for (CallRecords records(field); !records.empty(); records.pop()) {
    records.for_each_part([&](const LoggedPart& part) {
      if (part.stored.size() < StoredData::kLeastBytes) return;
      pieces.push_back(
          {static_cast<std::size_t>(part.stored.data() - field.data()), part.stored.size()});
    });
  }
  return pieces;
}

/// Calls `take(number, body)` with each field of a serialized message that has a length before it.
template <class Take>
void for_each_long_field(ByteView message, Take take) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(as_octets(message), static_cast<int>(message.size()));
  while (const std::uint32_t tag = in.ReadTag()) {
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      MECRR_CHECK(WireFormatLite::SkipField(&in, tag));
      continue;
    }
    std::uint32_t size = 0;
    MECRR_CHECK(in.ReadVarint32(&size));
    take(WireFormatLite::GetTagFieldNumber(tag),
         message.subspan(static_cast<std::size_t>(in.CurrentPosition()), size));
    MECRR_CHECK(in.Skip(static_cast<int>(size)));
  }
}

/// Calls `take(body)` with each field of that number.
template <class Take>
void for_each(ByteView message, int number, Take take) {
  for_each_long_field(message, [&](int found, ByteView body) {
    if (found == number) take(body);
  });
}

/// Calls `take(event, number, data)` with the fields that copies may be put into (copies.h), as
/// they are in what a chunk's frame decompresses to.
template <class Take>
void for_each_copied_field(ByteView raw, Take take) {
  std::uint32_t event_number = 0;
  const auto take_event = [&](ByteView event) {
    std::uint32_t number = 0;
    const auto take_data = [&](ByteView data) { take(event_number, number, data); };
    const auto take_write = [&](ByteView write) {
      for_each(write, pb::Write::kDataFieldNumber, take_data);
      ++number;
    };
    const auto take_outcome = [&](ByteView outcome) {
      for_each(outcome, pb::Outcome::kWriteFieldNumber, take_write);
    };
    for_each_long_field(event, [&](int found, ByteView body) {
      if (found == pb::Event::kLogFieldNumber)
        for_each(body, pb::CallLog::kRecordsFieldNumber, take_data);
      if (found == pb::Event::kCallFieldNumber)
        for_each(body, pb::Call::kOutcomeFieldNumber, take_outcome);
      if (found == pb::Event::kReturnedFieldNumber)
        for_each(body, pb::Returned::kOutcomeFieldNumber, take_outcome);
    });
    ++event_number;
  };
  for_each(raw, pb::Trace::kChunkFieldNumber,
           [&](ByteView chunk) { for_each(chunk, pb::Chunk::kEventFieldNumber, take_event); });
}

std::uint64_t new_seed() {
  std::uint64_t seed = 0;
  // Up to 256 bytes come whole once the kernel's generator is seeded: getrandom(2).
  const ssize_t got = ::getrandom(&seed, sizeof seed, 0);
  MECRR_CHECK(got == sizeof seed, "getrandom gave {}", got);
  return seed;
}

}  // namespace

std::optional<KnownBlocks::Place> KnownBlocks::find(const Hash128& hash) const {
  for (const Places* places : {&young_, &old_}) {
    const auto found = places->find(hash);
    if (found != places->end()) return found->second;
  }
  return std::nullopt;
}

void KnownBlocks::put(const Hash128& hash, Place place) {
  young_[hash] = place;
  if (young_.size() >= kMostBlocks / 2) old_ = std::exchange(young_, {});
}

StoredData::StoredData() : seed_(new_seed()) {}

void StoredData::shorten(pb::Chunk& chunk) {
  fields_.clear();
  blocks_.clear();
  own_copies_.clear();
  used_.clear();
  used_bytes_ = 0;
  copied_ = 0;
  for (int i = 0; i < chunk.event_size(); ++i) {
    for (int j = 0; j < copied_fields(chunk.event(i)); ++j)
      shorten_field(chunk, {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j), 0});
  }
}

void StoredData::shorten_field(pb::Chunk& chunk, const Field& field) {
  pb::Event& event = *chunk.mutable_event(static_cast<int>(field.event));
  std::string& data = copied_field(event, static_cast<int>(field.number));
  if (data.size() < kLeastBytes) return;
  behind_last_.reset();
  const auto number = static_cast<std::uint32_t>(fields_.size());
  std::string rest;  // of the field, up to `done`, without what is copied
  std::size_t done = 0;
  for (const Piece& piece : pieces_of(event, as_bytes(data))) {
    const std::size_t end = piece.offset + piece.size;
    for (std::size_t at = piece.offset; at < end; at += kBlockBytes) {
      const std::size_t size = std::min(kBlockBytes, end - at);
      if (size < kLeastBytes) break;
      const Hash128 hash = hash128(as_bytes(data).subspan(at, size), seed_);
      if (const auto source = source_of(hash, size)) {
        rest.append(data, done, at - done);
        add_copy(chunk, field, at, size, *source);
        done = at + size;
      } else {
        known_.put(hash, {this_frame(), static_cast<std::uint32_t>(blocks_.size())});
        blocks_.push_back({hash, number, static_cast<std::uint32_t>(rest.size() + at - done)});
      }
    }
  }
  // Of a field without such a block nothing may be left, and then it is not in the frame.
  if (!blocks_.empty() && blocks_.back().field == number) fields_.push_back(field);
  if (done == 0) return;
  rest.append(data, done);
  data = std::move(rest);
}

std::optional<StoredData::Source> StoredData::source_of(const Hash128& hash, std::size_t size) {
  if (copied_ + size > kMaxCopiedBytes) return std::nullopt;
  const auto place = known_.find(hash);
  if (!place) return std::nullopt;
  if (place->frame == this_frame()) {
    const Block& block = blocks_[place->offset];
    return Source{place->frame, block.field, block.offset};
  }
  if (!may_use(place->frame)) return std::nullopt;
  return Source{place->frame, 0, place->offset};
}

bool StoredData::may_use(std::uint32_t frame) {
  if (std::ranges::find(used_, frame) != used_.end()) return true;
  if (used_bytes_ + frames_[frame] > kMaxSourceBytes) return false;
  used_bytes_ += frames_[frame];
  used_.push_back(frame);
  return true;
}

void StoredData::add_copy(pb::Chunk& chunk, const Field& into, std::uint64_t at, std::size_t size,
                          const Source& source) {
  copied_ += size;
  use_.bytes += size;
  const int last = chunk.copy_size() - 1;
  const bool goes_on =
      behind_last_ == source && last >= 0 && chunk.copy(last).at() + chunk.copy(last).size() == at;
  if (goes_on) {
    chunk.mutable_copy(last)->set_size(chunk.copy(last).size() + size);
  } else {
    ++use_.copies;
    pb::Copy& copy = *chunk.add_copy();
    copy.set_event(into.event);
    copy.set_write(into.number);
    copy.set_at(at);
    copy.set_size(size);
    if (source.frame == this_frame()) {
      copy.set_offset(source.offset + kNotZero);
      own_copies_.push_back({last + 1, source.field});
    } else {
      copy.set_offset(source.offset);
      copy.set_frame(source.frame);
    }
  }
  behind_last_ = Source{source.frame, source.field, source.offset + size};
}

void StoredData::remember(pb::Trace& trace, Bytes& raw) {
  if (blocks_.empty()) return frames_.push_back(raw.size());
  auto field = fields_.begin();
  for_each_copied_field(raw, [&](std::uint32_t event, std::uint32_t number, ByteView data) {
    if (field == fields_.end() || field->event != event || field->number != number) return;
    field->offset = static_cast<std::uint64_t>(data.data() - raw.data());
    ++field;
  });
  MECRR_CHECK(field == fields_.end());
  const std::uint32_t number = this_frame();
  for (const Block& block : blocks_) {
    const std::uint64_t offset = fields_[block.field].offset + block.offset;
    known_.put(block.hash, {number, static_cast<std::uint32_t>(offset)});
  }
  frames_.push_back(raw.size());
  if (own_copies_.empty()) return;
  for (const OwnCopy& own : own_copies_) {
    pb::Copy& copy = *trace.mutable_chunk(0)->mutable_copy(own.number);
    copy.set_offset(fields_[own.field].offset + copy.offset() - kNotZero);
  }
  // Its size does not change by that: the offset is fixed64.
  MECRR_CHECK(trace.ByteSizeLong() == raw.size());
  MECRR_CHECK(trace.SerializeToArray(raw.data(), static_cast<int>(raw.size())));
}

void StoredData::remember_parts(ByteView raw) {
  for_each(raw, pb::Trace::kContentFieldNumber, [&](ByteView part) {
    for_each(part, pb::ContentPart::kDataFieldNumber, [&](ByteView data) {
      put_blocks(static_cast<std::uint64_t>(data.data() - raw.data()), data);
    });
  });
  frames_.push_back(raw.size());
}

void StoredData::remember_part(std::uint64_t head, ByteView data) {
  put_blocks(head, data);
  frames_.push_back(head + data.size());
}

/// They are in the frame that is added next.
void StoredData::put_blocks(std::uint64_t offset, ByteView data) {
  for (std::size_t at = 0; at < data.size(); at += kBlockBytes) {
    const std::size_t size = std::min(kBlockBytes, data.size() - at);
    if (size < kLeastBytes) break;
    known_.put(hash128(data.subspan(at, size), seed_),
               {this_frame(), static_cast<std::uint32_t>(offset + at)});
  }
}

}  // namespace mecrr
