#include "trace-format/reader.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <utility>

#include "trace-format/event_check.h"
#include "trace-format/event_cursor.h"
#include "trace-format/frame_cache.h"
#include "trace-format/index.h"
#include "trace-format/limits.h"
#include "trace-format/scan.h"

namespace mecrr {

namespace {

// The version, before anything else is believed: a frame's message begins with the header, and that
// with the version, in any version of the format.
Result<void> check_version(ByteView raw) {
  constexpr std::uint32_t kHeaderTag = 0x0a;
  constexpr std::uint32_t kVersionTag = 0x08;
  google::protobuf::io::CodedInputStream in(as_octets(raw), static_cast<int>(raw.size()));
  std::uint32_t size = 0;
  std::uint32_t version = 0;
  if (in.ReadTag() != kHeaderTag || !in.ReadVarint32(&size) || in.ReadTag() != kVersionTag ||
      !in.ReadVarint32(&version)) {
    return fail("byte 0: the first frame does not begin with a header: not a trace");
  }
  if (version == kTraceVersion) return {};
  return fail("is a trace of version {}; this mecrr reads version {}", version, kTraceVersion);
}

Result<pb::Header> read_header(const Source& source) {
  if (source.size() == 0) return fail("is empty: not a trace");
  const FrameExtent extent = TRY(with_context(measure_frame(source, 0), "not a trace"));
  TRY(check_version(TRY(read_frame(source, extent))));
  const std::shared_ptr<const LoadedFrame> frame = TRY(LoadedFrame::load(source, extent, nullptr));
  if (frame->trace().header_size() != 1) return fail("byte 0: the first frame holds no header");
  TRY(with_context(check_frame(frame->trace(), 0), "byte 0"));
  return frame->trace().header(0);
}

Result<pb::Ending> read_ending(const Source& source, const Index& index) {
  const std::shared_ptr<const LoadedFrame> frame =
      TRY(LoadedFrame::load(source, *index.ending(), nullptr));
  const std::uint64_t offset = index.ending()->offset;
  if (frame->trace().ending_size() != 1) return fail("byte {}: the frame holds no ending", offset);
  TRY(with_context(check_frame(frame->trace(), 0), "byte {}", offset));
  const pb::Ending& ending = frame->trace().ending(0);
  if (ending.events() != index.stored_events()) {
    return fail("byte {}: the ending tells of {} events, and {} are there", offset, ending.events(),
                index.stored_events());
  }
  return ending;
}

// What a file holds, and what is wrong with it.
struct Survey {
  Index index;
  std::optional<pb::Ending> ending;
  std::optional<Error> damage;
};

// By the index. Empty if there is none.
Result<std::optional<Survey>> survey_by_index(const Source& source) {
  std::optional<Index> index = TRY(read_index(source));
  if (!index) return std::nullopt;
  if (!index->ending()) return fail("the index tells of no ending");
  pb::Ending ending = TRY(read_ending(source, *index));
  return Survey{*std::move(index), std::move(ending), std::nullopt};
}

// By reading everything.
Result<Survey> survey_by_scan(const Source& source) {
  Scan found = TRY(scan(source));
  Survey survey{std::move(found.index), std::nullopt, std::move(found.damage)};
  const Index& index = survey.index;
  if (index.ending()) {
    Result<pb::Ending> ending = read_ending(source, index);
    if (ending) {
      survey.ending = *std::move(ending);
    } else if (!survey.damage) {
      survey.damage = std::move(ending).error();
    }
  }
  if (!survey.damage && index.events() != index.stored_events()) {
    survey.damage = Error{fmt::format("event {} did not reach the file", index.events())};
  }
  if (!survey.damage && !survey.ending) {
    survey.damage = Error{"has no ending: the recorder was killed"};
  }
  return survey;
}

Result<Survey> survey(const Source& source) {
  Result<std::optional<Survey>> by_index = survey_by_index(source);
  if (by_index && *by_index) return *std::move(*by_index);
  Survey result = TRY(survey_by_scan(source));
  // With everything up to the index in order, what is wrong is what was found there.
  if (!by_index && result.ending) result.damage = std::move(by_index).error();
  return result;
}

class FileReader final : public Reader {
 public:
  FileReader(std::unique_ptr<Source> source, std::string path, pb::Header header, Survey survey)
      : source_(std::move(source)),
        path_(std::move(path)),
        header_(std::move(header)),
        survey_(std::make_shared<Survey>(std::move(survey))),
        frames_(*source_, index()) {
    for (const auto& [id, stream] : index().streams()) {
      streams_.push_back({.id = id,
                          .events = stream.events,
                          .first = stream.order_of(EventId{0}),
                          .last = stream.order_of(EventId{stream.events - 1}),
                          .forked_from = stream.forked_from(),
                          .objects = stream.objects()});
    }
    if (!survey_->damage) return;
    std::string& message = survey_->damage->message;
    message = fmt::format("{}: {}; {}", path_, message,
                          event_count() == 0
                              ? "no events can be replayed"
                              : fmt::format("events 0..{} can be replayed", event_count() - 1));
  }

  std::unique_ptr<Reader> another() const override {
    return std::unique_ptr<Reader>(new FileReader(*this));
  }

  const std::string& path() const override { return path_; }
  const pb::Header& header() const override { return header_; }
  const std::optional<pb::Ending>& ending() const override { return survey_->ending; }
  const std::optional<Error>& damage() const override { return survey_->damage; }
  const std::vector<StreamInfo>& streams() const override { return streams_; }
  std::uint64_t event_count() const override { return index().events(); }

  Result<EventCursor> events(StreamId stream, EventId from) override {
    const auto found = index().streams().find(stream);
    if (found == index().streams().end()) return fail("{}: has no stream {}", path_, stream);
    if (from.value() > found->second.events) {
      return fail("{}: stream {} has no event {}: it has {}", path_, stream, from,
                  found->second.events);
    }
    return EventCursor(
        std::make_unique<EventCursor::Body>(stream, from, found->second, frames_, path_));
  }

  Result<Place> place_of(Order order) override {
    if (order.value() < event_count()) {
      for (const auto& [id, stream] : index().streams()) {
        if (const auto position = stream.position_of(order)) return Place{id, *position};
      }
    }
    return fail("{}: has no event {}: it has {}", path_, order, event_count());
  }

  std::vector<ContentId> contents() const override {
    std::vector<ContentId> ids;
    for (std::uint64_t id = 1; id <= index().contents().count(); ++id) ids.emplace_back(id);
    return ids;
  }

  Result<std::string> content_path(ContentId content) override {
    TRY(parts_of(content));
    const auto& [offset, stored] = index().contents().first_part(content);
    const FrameCache::Part part = TRY(part_at(content, offset, stored));
    return part.part->path();
  }

  Result<void> read_content(ContentId content, std::uint64_t offset, MutableBytes into) override {
    const ContentTable::Parts& parts = *TRY(parts_of(content));
    std::ranges::fill(into, std::byte{0});
    if (into.empty()) return {};
    if (into.size() > UINT64_MAX - offset) return fail("{}: no file is that long", path_);
    const std::uint64_t end = offset + into.size();
    auto at = parts.upper_bound(offset);
    if (at != parts.begin()) --at;  // one that begins before may reach into it
    for (; at != parts.end() && at->first < end; ++at) {
      const std::uint64_t from = std::max(offset, at->first);
      const std::uint64_t to = std::min(end, at->first + at->second.size);
      if (from >= to) continue;
      const FrameCache::Part part = TRY(part_at(content, at->first, at->second));
      const ByteView data = as_bytes(part.part->data());
      std::ranges::copy(data.subspan(from - at->first, to - from),
                        into.begin() + static_cast<std::ptrdiff_t>(from - offset));
    }
    return {};
  }

  Result<void> for_each_part(ContentId content, const TakePart& take) override {
    return for_some_parts(content, {}, take);
  }

  Result<std::size_t> part_count(ContentId content) const override {
    return TRY(parts_of(content))->size();
  }

  Result<void> for_some_parts(ContentId content, SomeParts which, const TakePart& take) override {
    std::size_t number = 0;
    for (const auto& [offset, stored] : *TRY(parts_of(content))) {
      const std::size_t here = number++;
      if (here < which.first || (here - which.first) % which.step != 0) continue;
      const FrameCache::Part part = TRY(part_at(content, offset, stored));
      TRY(take(offset, as_bytes(part.part->data())));
    }
    return {};
  }

  Sizes sizes() const override {
    const Index::Sizes contents = index().content_sizes();
    const Index::Sizes events = index().event_sizes();
    return {.file = source_->size(),
            .contents_packed = contents.packed,
            .contents = contents.raw,
            .events_packed = events.packed,
            .events = events.raw};
  }

 private:
  const Index& index() const { return survey_->index; }

  Result<const ContentTable::Parts*> parts_of(ContentId content) const {
    const ContentTable::Parts* parts = index().contents().parts(content);
    if (parts == nullptr) return fail("{}: has no content {}", path_, content);
    return parts;
  }

  Result<FrameCache::Part> part_at(ContentId content, std::uint64_t offset,
                                   const StoredPart& stored) {
    return with_context(frames_.part({content, offset, stored.size}, stored), path_);
  }

  /// another()
  FileReader(const FileReader& other)
      : Reader(),
        source_(other.source_),
        path_(other.path_),
        header_(other.header_),
        survey_(other.survey_),
        frames_(*source_, index()),
        streams_(other.streams_) {}

  std::shared_ptr<const Source> source_;
  std::string path_;
  pb::Header header_;
  std::shared_ptr<Survey> survey_;  // as made by the constructor; read only from then on
  FrameCache frames_;
  std::vector<StreamInfo> streams_;
};

}  // namespace

Result<std::unique_ptr<Reader>> Reader::open(const std::string& path) {
  return open(TRY(open_source(path)), path);
}

Result<std::unique_ptr<Reader>> Reader::open(std::unique_ptr<Source> source, std::string name) {
  pb::Header header = TRY(with_context(read_header(*source), name));
  Survey found = TRY(with_context(survey(*source), name));
  return std::make_unique<FileReader>(std::move(source), std::move(name), std::move(header),
                                      std::move(found));
}

}  // namespace mecrr
