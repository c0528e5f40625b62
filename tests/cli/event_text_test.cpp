#include "cli/events/event_text.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <csignal>

namespace mecrr::cli {
namespace {

constexpr std::uint64_t kBuffer = 0x1000;

void set_read(pb::Call& call) {
  call.set_number(SYS_read);
  for (const std::uint64_t argument : {std::uint64_t{3}, kBuffer, std::uint64_t{100}})
    call.add_argument(argument);
}

void set_outcome(pb::Outcome& outcome, const std::string& data) {
  outcome.set_result(static_cast<std::int64_t>(data.size()));
  pb::Write& write = *outcome.add_write();
  write.set_address(kBuffer);
  write.set_data(data);
}

pb::Event entered(int tid) {
  pb::Event event;
  event.set_tid(tid);
  set_read(*event.mutable_entered());
  return event;
}

pb::Event returned(int tid) {
  pb::Event event;
  event.set_tid(tid);
  event.mutable_returned()->set_number(SYS_read);
  set_outcome(*event.mutable_returned()->mutable_outcome(), "abc");
  return event;
}

TEST(EventText, ShowsWhatACallWrote) {
  pb::Event event;
  set_read(*event.mutable_call());
  set_outcome(*event.mutable_call()->mutable_outcome(), "abc\n");
  EXPECT_EQ(EventText().text(event), "read 3, \"abc\\n\", 100 = ok 4");
}

TEST(EventText, ShowsACallAgainWhenItReturns) {
  EventText text;
  EXPECT_EQ(text.text(entered(5)), "read 3, 0x1000, 100");
  EXPECT_EQ(text.text(returned(6)), "ok 3") << "another task's call is not known";
  EXPECT_EQ(text.text(returned(5)), "read 3, \"abc\", 100 = ok 3");
  EXPECT_EQ(text.text(returned(5)), "ok 3") << "it returned already";
}

TEST(EventText, RemembersCallsThatWereNotPrinted) {
  EventText text;
  text.pass(entered(5));
  EXPECT_EQ(text.text(returned(5)), "read 3, \"abc\", 100 = ok 3");
}

TEST(EventText, TellsHowATaskEnded) {
  pb::Event event;
  event.mutable_exited()->set_signal(SIGSEGV);
  event.mutable_exited()->set_dumped_core(true);
  event.mutable_exited()->set_process(true);
  EXPECT_EQ(EventText().text(event), "exited SIGSEGV core, the last of its process");
}

TEST(EventText, PutsNoControlCharactersOnATerminal) {
  pb::Event event;
  event.mutable_image()->set_path("/bin/\x1b[2J");
  event.mutable_image()->add_argument("\x1b]0;title\x07");
  const std::string text = EventText().text(event);
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_EQ(text.find('\x07'), std::string::npos) << text;
}

TEST(EventText, NamesWhatNoVersionKnows) {
  EXPECT_EQ(EventText().text(pb::Event()), "nothing that this version knows");
}

}  // namespace
}  // namespace mecrr::cli
