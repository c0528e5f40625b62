#include "cli/events/process_table.h"

#include <gtest/gtest.h>

namespace mecrr::cli {
namespace {

pb::Event event_of(int tid) {
  pb::Event event;
  event.set_tid(tid);
  return event;
}

pb::Event image(int tid, const std::string& argument) {
  pb::Event event = event_of(tid);
  event.mutable_image()->add_argument(argument);
  return event;
}

pb::Event created(int tid, int child, int child_pid) {
  pb::Event event = event_of(tid);
  event.mutable_created()->set_tid(child);
  event.mutable_created()->set_pid(child_pid);
  return event;
}

pb::Event exited(int tid, bool process) {
  pb::Event event = event_of(tid);
  event.mutable_exited()->set_status(3);
  event.mutable_exited()->set_process(process);
  return event;
}

TEST(ProcessTable, TellsThreadsFromProcesses) {
  ProcessTable table;
  table.note(image(10, "first"));
  table.note(created(10, 11, 10));
  table.note(created(11, 12, 12));
  EXPECT_EQ(table.note(event_of(11)), 0);
  EXPECT_EQ(table.note(event_of(12)), 1);
  ASSERT_EQ(table.all().size(), 2);
  EXPECT_EQ(table.all()[0].threads, 2);
  EXPECT_EQ(table.all()[0].events, 4);
  EXPECT_EQ(table.all()[1].parent, 0);
  EXPECT_EQ(table.all()[1].arguments, std::vector<std::string>{"first"}) << "until it runs its own";
}

TEST(ProcessTable, KeepsAProcessOverAnExec) {
  ProcessTable table;
  table.note(image(10, "first"));
  table.note(image(10, "second"));
  ASSERT_EQ(table.all().size(), 1);
  EXPECT_EQ(table.all()[0].programs, 2);
  EXPECT_EQ(table.all()[0].arguments, std::vector<std::string>{"second"});
}

TEST(ProcessTable, EndsAProcessWithItsLastTask) {
  ProcessTable table;
  table.note(image(10, "first"));
  table.note(created(10, 11, 10));
  table.note(exited(10, false));
  EXPECT_FALSE(table.all()[0].end);
  table.note(exited(11, true));
  ASSERT_TRUE(table.all()[0].end);
  EXPECT_EQ(table.all()[0].end->status(), 3);
}

TEST(ProcessTable, TakesAPidThatIsUsedAgainForAnotherProcess) {
  ProcessTable table;
  table.note(image(10, "first"));
  table.note(created(10, 11, 11));
  table.note(exited(11, true));
  table.note(created(10, 11, 11));
  EXPECT_EQ(table.note(event_of(11)), 2);
}

}  // namespace
}  // namespace mecrr::cli
