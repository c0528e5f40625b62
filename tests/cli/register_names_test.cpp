#include "cli/shell/register_names.h"

#include <gtest/gtest.h>

namespace mecrr::cli {
namespace {

TEST(RegisterNames, HaveEveryRegister) {
  EXPECT_EQ(register_names().size() * sizeof(std::uint64_t), sizeof(Registers));
}

TEST(RegisterValue, KnowsOtherNames) {
  Registers registers{};
  registers.rip = 1;
  registers.rsp = 2;
  registers.r10 = 3;
  EXPECT_EQ(register_value(registers, "pc"), 1);
  EXPECT_EQ(register_value(registers, "sp"), 2);
  EXPECT_EQ(register_value(registers, "r10"), 3);
  EXPECT_EQ(register_value(registers, "xmm0"), std::nullopt);
}

TEST(FlagsText, NamesTheFlagsThatAreSet) {
  EXPECT_EQ(flags_text(0x246), "[ PF ZF IF ]");
  EXPECT_EQ(flags_text(0), "[ ]");
}

}  // namespace
}  // namespace mecrr::cli
