// The table as a whole: that it has every call, and that its rows make sense beside each other.
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "device/calls/commands.h"
#include "device/calls/table.h"

namespace mecrr::calls {
namespace {

/// Name and number of every call in the kernel's header of this machine.
std::map<std::string, std::uint32_t> calls_of_the_header() {
  std::map<std::string, std::uint32_t> calls;
  std::ifstream header("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
  const std::regex definition(R"(#define __NR_(\w+) (\d+))");
  for (std::string line; std::getline(header, line);) {
    std::smatch match;
    if (std::regex_match(line, match, definition)) {
      calls[match[1]] = static_cast<std::uint32_t>(std::stoul(match[2]));
    }
  }
  return calls;
}

/// Each form that a call can have.
std::vector<const Form*> forms_of(const Call& call) {
  std::vector<const Form*> forms{&call};
  if (call.extra.commands != nullptr) {
    for (const Command& command : call.extra.commands->rows) forms.push_back(&command);
  }
  return forms;
}

TEST(CallTable, HasEveryCallOfTheKernelsHeaderUnderItsName) {
  const auto calls = calls_of_the_header();
  ASSERT_GT(calls.size(), 350u);
  for (const auto& [name, number] : calls) {
    const Call* call = find(number);
    EXPECT_NE(call, nullptr) << name << " " << number;
    if (call == nullptr) continue;
    EXPECT_EQ(call->name, name);
    EXPECT_EQ(find(name), call);
  }
}

TEST(CallTable, IsOrderedByNumberAndHasEachNameOnce) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < all().size(); ++i) {
    EXPECT_TRUE(names.insert(all()[i]->name).second) << all()[i]->name;
    if (i > 0) {
      EXPECT_LT(all()[i - 1]->number, all()[i]->number);
    }
  }
}

TEST(CallTable, DoesNotKnowNumbersInTheGapsNorBeyondTheEnd) {
  EXPECT_EQ(find(400), nullptr);
  EXPECT_EQ(find(100'000), nullptr);
  EXPECT_EQ(find(0x4000'0000), nullptr);  // x32's read
  EXPECT_EQ(find("no_such_call"), nullptr);
}

TEST(CallTable, NamesTheCallThatItDoesNotKnow) {
  const auto form = form_of({.number = 400, .arguments = {}});
  ASSERT_FALSE(form.has_value());
  EXPECT_EQ(form.error().code, ENOSYS);
  EXPECT_EQ(form.error().message, "call 400 is not in the call table: Function not implemented");
}

TEST(CallTable, NamesTheCommandThatItDoesNotKnow) {
  const auto form = form_of({.number = SYS_ioctl, .arguments = {1, 0x1234, 0}});
  ASSERT_FALSE(form.has_value());
  EXPECT_EQ(form.error().code, ENOTTY);
  EXPECT_NE(form.error().message.find("ioctl: command 0x1234 is not in the call table"),
            std::string::npos);
}

TEST(CallTable, DescribesUnknownIoctlsByTheirCodeUnlessTheirStructuresHoldPointers) {
  const std::uint64_t watchdog_support = 0x80285700;  // _IOR('W', 0, 40 bytes)
  const Form* form = describe_ioctl(watchdog_support);
  ASSERT_NE(form, nullptr);
  EXPECT_TRUE(form->arguments[2].writes());
  EXPECT_EQ(describe_ioctl(0xC0406400), nullptr);  // DRM_IOCTL_VERSION
  EXPECT_EQ(describe_ioctl(0x5499), nullptr);      // no direction
}

TEST(CallTable, FindsTheFormByCommandLevelAndFlags) {
  const auto name_of = [](std::uint32_t number, std::array<std::uint64_t, 6> arguments) {
    const auto form = form_of({.number = number, .arguments = arguments});
    return form ? std::string((*form)->name) : form.error().message;
  };
  EXPECT_EQ(name_of(SYS_ioctl, {0, 0x5413}), "TIOCGWINSZ");
  EXPECT_EQ(name_of(SYS_ioctl, {0, 0xffff'ffff'0000'5413}), "TIOCGWINSZ");  // 32 bits count
  EXPECT_EQ(name_of(SYS_fcntl, {0, 5}), "F_GETLK");
  EXPECT_EQ(name_of(SYS_futex, {0, 9 | 128 | 256}), "FUTEX_WAIT_BITSET");
  EXPECT_EQ(name_of(SYS_getsockopt, {3, 1, 4}), "SO_ERROR");
  EXPECT_EQ(name_of(SYS_getsockopt, {3, 6, 4}), "TCP_KEEPIDLE");
  EXPECT_EQ(name_of(SYS_getsockopt, {3, 6, 9999}), "getsockopt");
  EXPECT_EQ(name_of(SYS_quotactl, {0x800007ull << 8 | 1}), "Q_GETQUOTA");
  EXPECT_EQ(name_of(SYS_quotactl_fd, {3, 0x800007ull << 8 | 1}), "Q_GETQUOTA");
}

TEST(CallTable, WhatIsRefusedHasAnErrnoAndWritesNothing) {
  for (const Call* call : all()) {
    for (const Form* form : forms_of(*call)) {
      EXPECT_EQ(form->replay == Replay::kRefuse, form->extra.refusal.error != 0) << form->name;
      if (form->replay == Replay::kRefuse) {
        EXPECT_FALSE(form->agent_may()) << form->name;
      }
    }
  }
}

TEST(CallTable, NineInTenCallsAreDataAlone) {
  std::size_t with_code = 0;
  for (const Call* call : all()) {
    for (const Form* form : forms_of(*call)) with_code += form->extra.effect != nullptr;
  }
  EXPECT_LE(with_code * 10, all().size());
}

}  // namespace
}  // namespace mecrr::calls
