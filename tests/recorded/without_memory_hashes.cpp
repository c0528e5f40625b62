// Takes the hash of all memory out of a trace's landings, as if the program had too much memory for
// it: without_memory_hashes TRACE
#include <cstdio>

#include "trace-format/reader.h"
#include "trace-format/rewrite.h"

namespace mecrr {
namespace {

Result<void> take_out(const std::string& path) {
  std::set<Order> landings;
  {
    const auto reader = TRY(Reader::open(path));
    for (const StreamInfo& stream : reader->streams()) {
      EventCursor cursor = TRY(reader->events(stream.id));
      while (const pb::Event* event = TRY(cursor.next())) {
        if (event->has_landing()) landings.insert(Order(event->order()));
      }
    }
  }
  return rewrite_events(path, landings,
                        [](pb::Event& event) { event.mutable_landing()->clear_memory_hash(); });
}

}  // namespace
}  // namespace mecrr

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto done = mecrr::take_out(argv[1]);
  if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
