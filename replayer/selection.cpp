#include "replayer/selection.h"

#include <algorithm>
#include <map>
#include <set>

#include "replayer/memory/backing.h"

namespace mecrr {
namespace {

/// How a stream begins.
struct Beginning {
  Pid pid;
  std::optional<StreamId> parent;  // of forked ones
  Order created;                   // likewise: the parent's Created event
};

/// What is needed of the streams so far, by stream: the last event.
using Needed = std::map<StreamId, Order>;

class Selection {
 public:
  explicit Selection(Reader& reader) : reader_(&reader) {}

  Result<std::vector<ChosenStream>> of(Pid pid) && {
    for (const StreamInfo& info : reader_->streams()) {
      if (info.events == 0) continue;
      const Beginning beginning = TRY(beginning_of(info.id));
      beginnings_.emplace(info.id, beginning);
      if (beginning.pid == pid) end_ = std::max(end_.value_or(info.last), info.last);
    }
    if (!end_) return fail("{}: there is no process {}", reader_->path(), pid);
    for (const auto& [id, beginning] : beginnings_)
      if (beginning.pid == pid) need(id, *end_);
    TRY(need_those_that_share());
    std::vector<ChosenStream> chosen;
    for (const auto& [id, last] : needed_) chosen.push_back({id, last});
    return chosen;
  }

 private:
  Result<Beginning> beginning_of(StreamId id) {
    EventCursor cursor = TRY(reader_->events(id));
    const pb::Event* event = TRY(cursor.peek());
    if (event != nullptr && event->has_image())
      return Beginning{Pid(event->image().pid()), std::nullopt, {}};
    if (event != nullptr && event->has_forked()) {
      const pb::Forked& forked = event->forked();
      return Beginning{Pid(forked.pid()), StreamId(forked.parent_stream()),
                       Order(forked.parent_order())};
    }
    return fail("{}: stream {} does not begin with a program or a fork", reader_->path(), id);
  }

  /// A stream up to an event, and those that it was forked from. Ancestors are fewer than streams,
  /// and begin before their children: a loop ends.
  void need(StreamId id, Order last) {
    while (true) {
      const auto [known, is_new] = needed_.try_emplace(id, last);
      if (!is_new && known->second >= last) return;
      known->second = last;
      const auto beginning = beginnings_.find(id);
      if (beginning == beginnings_.end() || !beginning->second.parent) return;
      id = *beginning->second.parent;
      last = beginning->second.created;
    }
  }

  Result<void> need_those_that_share() {
    std::set<ObjectId> objects;
    for (const auto& [id, last] : needed_) objects.merge(TRY(objects_of(id)));
    if (objects.empty()) return {};
    std::map<StreamId, std::set<ObjectId>> by_stream;
    for (const auto& [id, beginning] : beginnings_) {
      std::set<ObjectId> own = TRY(objects_of(id));
      if (beginning.parent) {  // a lower number, so it is there already
        const auto parent = by_stream.find(*beginning.parent);
        if (parent != by_stream.end()) own.insert(parent->second.begin(), parent->second.end());
      }
      by_stream.emplace(id, std::move(own));
    }
    bool more = true;
    while (more) {
      more = false;
      for (const auto& [id, touched] : by_stream) {
        const auto known = needed_.find(id);
        if (known != needed_.end() && known->second >= *end_) continue;
        if (!std::ranges::any_of(touched, [&](ObjectId o) { return objects.contains(o); }))
          continue;
        need(id, *end_);
        objects.insert(touched.begin(), touched.end());
        more = true;
      }
    }
    return {};
  }

  /// Those that a stream itself maps or changes.
  Result<std::set<ObjectId>> objects_of(StreamId id) {
    std::set<ObjectId> objects;
    const auto add_mapping = [&](const pb::Mapping& mapping) {
      if (mapping.has_object()) objects.insert(ObjectId(mapping.object().object()));
    };
    const auto add_outcome = [&](const pb::Outcome& outcome) {
      for (const pb::Change& change : outcome.change())
        if (change.has_map()) add_mapping(change.map());
      for (const pb::ObjectWrite& write : outcome.object_write())
        objects.insert(ObjectId(write.object()));
    };
    EventCursor cursor = TRY(reader_->events(id));
    while (true) {
      if (const auto logged = TRY(cursor.logged())) {  // these do neither
        cursor.skip(logged->calls);
        continue;
      }
      const pb::Event* event = TRY(cursor.next());
      if (event == nullptr) break;
      if (event->has_image())
        for (const pb::Mapping& mapping : event->image().mapping()) add_mapping(mapping);
      if (event->has_call()) add_outcome(event->call().outcome());
      if (event->has_returned()) add_outcome(event->returned().outcome());
    }
    return objects;
  }

  Reader* reader_;
  std::map<StreamId, Beginning> beginnings_;
  Needed needed_;
  std::optional<Order> end_;  // of the process
};

}  // namespace

std::vector<ChosenStream> all_streams(const Reader& reader) {
  std::vector<ChosenStream> all;
  for (const StreamInfo& info : reader.streams()) all.push_back({info.id, std::nullopt});
  return all;
}

std::vector<ChosenStream> whole_streams(const std::vector<StreamId>& streams) {
  std::vector<ChosenStream> all;
  for (const StreamId stream : streams) all.push_back({stream, std::nullopt});
  return all;
}

Result<std::vector<ChosenStream>> streams_of(Reader& reader, Pid pid) {
  return Selection(reader).of(pid);
}

}  // namespace mecrr
