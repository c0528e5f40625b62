// Which streams are replayed together.
#include "replayer/parallel/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tests/replayer/hand_made.h"

namespace mecrr::hand_made {
namespace {

using testing::ElementsAre;

pb::Event forked_from(StreamId parent, Order created, Tid tid) {
  pb::Event start = event(tid);
  start.mutable_forked()->set_parent_stream(static_cast<std::uint32_t>(parent.value()));
  start.mutable_forked()->set_parent_order(created.value());
  start.mutable_forked()->set_pid(tid.value());
  return start;
}

enum class Access : bool { kWrite, kReadOnly };

pb::Mapping shared(std::uint32_t object, Access access = Access::kWrite) {
  pb::Mapping mapped = mapping(0x900000, 4096, PROT_READ | PROT_WRITE);
  mapped.set_flags(MAP_SHARED);
  mapped.mutable_object()->set_object(object);
  mapped.mutable_object()->set_valid(4096);
  if (access == Access::kReadOnly) {
    mapped.set_protection(PROT_READ);
    mapped.mutable_object()->set_read_only(true);
  }
  return mapped;
}

pb::Event maps(Tid tid, std::uint32_t object) {
  pb::Event mapped = call(tid, start_registers(), 0, 0x900000);
  *mapped.mutable_call()->mutable_outcome()->add_change()->mutable_map() = shared(object);
  return mapped;
}

void add_write(pb::Outcome& outcome, std::uint32_t object, const char* bytes) {
  pb::ObjectWrite& write = *outcome.add_object_write();
  write.set_object(object);
  write.set_data(bytes);
}

pb::Event maps_read_only(Tid tid, std::uint32_t object, const char* bytes) {
  pb::Event mapped = call(tid, start_registers(), 0, 0x900000);
  pb::Outcome& outcome = *mapped.mutable_call()->mutable_outcome();
  *outcome.add_change()->mutable_map() = shared(object, Access::kReadOnly);
  add_write(outcome, object, bytes);
  return mapped;
}

pb::Event changes(Tid tid, std::uint32_t object) {
  pb::Event writes = returned(tid, SYS_write, 1);
  add_write(*writes.mutable_returned()->mutable_outcome(), object, "x");
  return writes;
}

std::vector<std::vector<std::uint64_t>> streams_of(const Reader& reader) {
  std::vector<std::vector<std::uint64_t>> all;
  for (const Unit& unit : units_of(reader)) {
    std::vector<std::uint64_t>& streams = all.emplace_back();
    for (const StreamId stream : unit.streams) streams.push_back(stream.value());
  }
  return all;
}

/// Programs that begin, in this order.
struct Programs {
  explicit Programs(int count) {
    for (int i = 0; i < count; ++i) {
      streams.push_back(trace.begin_stream());
      trace.add(streams.back(), i == 0 ? image(tid(i), {}) : later_image(tid(i), {}));
    }
  }
  static Tid tid(int number) { return Tid(kTid.value() + number); }
  void add(int program, pb::Event event) {
    trace.add(streams[static_cast<std::size_t>(program)], std::move(event));
  }

  Trace trace;
  std::vector<StreamId> streams;
};

TEST(Units, EachProgramIsOne) {
  Programs programs(3);
  const auto reader = std::move(programs.trace).read();
  EXPECT_THAT(streams_of(*reader), ElementsAre(ElementsAre(1), ElementsAre(2), ElementsAre(3)));
  EXPECT_EQ(units_of(*reader)[2].first, Order(2));
}

TEST(Units, AForkIsOfItsParentsUnit) {
  Programs programs(2);
  const StreamId child = programs.trace.begin_stream();
  programs.trace.add(child, forked_from(programs.streams[0], Order(1), Tid(2000)));
  const StreamId grandchild = programs.trace.begin_stream();
  programs.trace.add(grandchild, forked_from(child, Order(2), Tid(2001)));
  EXPECT_THAT(streams_of(*std::move(programs.trace).read()),
              ElementsAre(ElementsAre(1, 3, 4), ElementsAre(2)));
}

TEST(Units, ThoseThatMapTheSameObjectAreOne) {
  Programs programs(4);
  programs.add(0, maps(Programs::tid(0), 1));
  programs.add(1, maps(Programs::tid(1), 2));
  programs.add(3, maps(Programs::tid(3), 1));
  EXPECT_THAT(streams_of(*std::move(programs.trace).read()),
              ElementsAre(ElementsAre(1, 4), ElementsAre(2), ElementsAre(3)));
}

TEST(Units, WhoChangesAnObjectWithoutMappingItIsOneWithThoseThatDo) {
  Programs programs(3);
  programs.add(2, maps(Programs::tid(2), 1));
  programs.add(1, changes(Programs::tid(1), 1));
  EXPECT_THAT(streams_of(*std::move(programs.trace).read()),
              ElementsAre(ElementsAre(1), ElementsAre(2, 3)));
}

TEST(Units, AnObjectInAnImageCountsToo) {
  Programs programs(1);
  const StreamId second = programs.trace.begin_stream();
  pb::Event start = later_image(Tid(2000), {});
  *start.mutable_image()->add_mapping() = shared(1);
  programs.trace.add(second, start);
  programs.add(0, maps(Programs::tid(0), 1));
  EXPECT_THAT(streams_of(*std::move(programs.trace).read()), ElementsAre(ElementsAre(1, 2)));
}

TEST(Units, AnObjectThatNobodyCanWriteToJoinsNobody) {
  Programs programs(2);
  programs.add(0, maps_read_only(Programs::tid(0), 1, "same"));
  programs.add(1, maps_read_only(Programs::tid(1), 1, "same"));
  EXPECT_THAT(streams_of(*std::move(programs.trace).read()),
              ElementsAre(ElementsAre(1), ElementsAre(2)));
}

TEST(Units, AReadOnlyObjectThatHasOtherBytesLaterJoins) {
  Programs programs(2);
  programs.add(0, maps_read_only(Programs::tid(0), 1, "same"));
  programs.add(1, maps_read_only(Programs::tid(1), 1, "changed"));
  EXPECT_THAT(streams_of(*std::move(programs.trace).read()), ElementsAre(ElementsAre(1, 2)));
}

TEST(Units, AnObjectThatOneCanWriteToJoinsThoseThatOnlyRead) {
  Programs programs(4);
  for (const int reader : {0, 1})
    programs.add(reader, maps_read_only(Programs::tid(reader), 1, "same"));
  programs.add(2, changes(Programs::tid(2), 1));
  EXPECT_THAT(streams_of(*std::move(programs.trace).read()),
              ElementsAre(ElementsAre(1, 2, 3), ElementsAre(4)));
}

TEST(Units, AreJoinedThroughOthers) {
  Programs programs(3);
  programs.add(0, maps(Programs::tid(0), 1));
  programs.add(2, maps(Programs::tid(2), 2));
  programs.add(1, changes(Programs::tid(1), 2));
  programs.add(1, changes(Programs::tid(1), 1));
  EXPECT_THAT(streams_of(*std::move(programs.trace).read()), ElementsAre(ElementsAre(1, 2, 3)));
}

}  // namespace
}  // namespace mecrr::hand_made
