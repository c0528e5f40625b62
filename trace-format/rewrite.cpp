#include "trace-format/rewrite.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "trace-format/event_check.h"
#include "trace-format/index.h"
#include "trace-format/loaded_frame.h"
#include "trace-format/sink.h"
#include "trace-format/source.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kCopiedAtOnce = 1024 * 1024;

class Rewriting {
 public:
  Rewriting(const Source& source, Sink& sink, const std::set<Order>& which,
            const ChangeEvent& change)
      : source_(source), sink_(sink), which_(which), change_(change) {}

  Result<void> run() {
    const std::vector<IndexedFrame> frames = TRY(read_indexed_frames(source_));
    for (const IndexedFrame& frame : frames) TRY(old_.add(frame.extent, frame.facts));
    for (std::size_t number = 0; number < frames.size(); ++number) {
      const IndexedFrame& frame = frames[number];
      const bool is_changed = concerns(frame) || TRY(copies_what_is_changed(frame));
      if (is_changed) changed_.insert(number);
      const FrameExtent extent = is_changed ? TRY(write_changed(frame)) : TRY(copy(frame.extent));
      TRY(index_.add(extent, frame.facts));
      append_to_index(indexed_, extent, frame.facts);
    }
    Bytes index;
    append_index_frame(index, indexed_);
    TRY(sink_.write_at(index_.end(), index));
    return sink_.finish();
  }

 private:
  bool concerns(const IndexedFrame& frame) const {
    const auto* chunk = std::get_if<ChunkFacts>(&frame.facts);
    return chunk != nullptr && std::ranges::any_of(chunk->orders.runs(), [&](const OrderRun& run) {
             const auto first = which_.lower_bound(run.first);
             return first != which_.end() && *first < run.end();
           });
  }

  // Copies (trace.proto) are of bytes of frames, and those of a frame that is changed are
  // elsewhere.
  Result<bool> copies_what_is_changed(const IndexedFrame& frame) const {
    if (changed_.empty() || !std::holds_alternative<ChunkFacts>(frame.facts)) return false;
    const pb::Trace stored = TRY(LoadedFrame::read_stored(source_, frame.extent));
    for (const pb::Chunk& chunk : stored.chunk()) {
      for (const pb::Copy& copy : chunk.copy())
        if (copy.frame() != 0 && changed_.contains(copy.frame())) return true;
    }
    return false;
  }

  Result<FrameExtent> copy(const FrameExtent& from) {
    Bytes bytes;
    for (std::uint64_t done = 0; done < from.bytes; done += bytes.size()) {
      bytes.resize(std::min(from.bytes - done, kCopiedAtOnce));
      TRY(source_.read_at(from.offset + done, bytes));
      TRY(sink_.write_at(index_.end() + done, bytes));
    }
    return FrameExtent{index_.end(), from.bytes, from.raw_bytes};
  }

  // Without copies: what they stand for is in it.
  Result<FrameExtent> write_changed(const IndexedFrame& frame) {
    pb::Trace trace = TRY(LoadedFrame::load(source_, frame.extent, &others_))->trace();
    for (pb::Event& event : *trace.mutable_chunk(0)->mutable_event()) {
      if (which_.contains(Order(event.order()))) change_(event);
    }
    TRY(check_frame(trace, index_.contents().count()));
    const std::string raw = trace.SerializeAsString();
    if (TRY(facts_of(trace, raw.size())) != frame.facts) return fail("its order has been changed");
    Bytes packed;
    append_frame(packed, as_bytes(raw));
    TRY(sink_.write_at(index_.end(), packed));
    return FrameExtent{index_.end(), packed.size(), raw.size()};
  }

  const Source& source_;
  Sink& sink_;
  const std::set<Order>& which_;
  const ChangeEvent& change_;
  Index old_;
  SourceFrames others_{source_, old_};
  std::set<std::uint64_t> changed_;  // frames, by number
  Index index_;                      // of what has been written
  Bytes indexed_;                    // the same, as pb::Index
};

}  // namespace

Result<void> rewrite_events(const std::string& path, const std::set<Order>& which,
                            const ChangeEvent& change) {
  const std::string beside = fmt::format("{}.{}.new", path, ::getpid());
  const auto rewrite = [&]() -> Result<void> {
    const std::unique_ptr<Source> source = TRY(open_source(path));
    const std::unique_ptr<Sink> sink = TRY(create_sink(beside, IfExists::kReplace));
    return Rewriting(*source, *sink, which, change).run();
  };
  Result<void> done = with_context(rewrite(), "rewriting {}", path);
  if (done && std::rename(beside.c_str(), path.c_str()) != 0)
    done = fail_errno("{}: putting it in the place of {}", beside, path);
  if (!done) (void)::unlink(beside.c_str());  // it may not be there
  return done;
}

}  // namespace mecrr
