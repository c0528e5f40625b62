#include "cli/text/escape.h"

#include <gtest/gtest.h>

#include <vector>

namespace mecrr::cli {
namespace {

TEST(Escaped, LeavesWhatIsVisible) {
  EXPECT_EQ(escaped("plain text, \"quotes\" \\ and ünïcödé ✓ 😀"),
            "plain text, \"quotes\" \\ and ünïcödé ✓ 😀");
}

TEST(Escaped, WritesControlCharactersOut) {
  EXPECT_EQ(escaped("a\nb\tc\rd\x1b[31m\x7f"), "a\\nb\\tc\\rd\\x1b[31m\\x7f");
  EXPECT_EQ(escaped(std::string_view("\0", 1)), "\\x00");
}

TEST(Escaped, WritesOutWhatIsNoUtf8) {
  EXPECT_EQ(escaped("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(escaped("\xc0\x80"), "\\xc0\\x80") << "a longer form than needed";
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond U+10FFFF";
}

TEST(Escaped, WritesOutC1ControlsAndMarksOfDirection) {
  EXPECT_EQ(escaped("\xc2\x9b"), "\\xc2\\x9b") << "CSI as one character";
  EXPECT_EQ(escaped("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "U+202E, right to left";
}

TEST(EscapedLines, KeepsTheEndsOfLines) {
  EXPECT_EQ(escaped_lines("one\n\n\x1btwo\n\n"), "one\n\n\\x1btwo");
}

TEST(CommandLine, QuotesWhatAShellWouldTakeApart) {
  const std::vector<std::string> arguments = {"sh", "-c", "a | b", "", "it's", "--x=1"};
  EXPECT_EQ(command_line(arguments), "sh -c 'a | b' '' 'it'\\''s' --x=1");
}

}  // namespace
}  // namespace mecrr::cli
