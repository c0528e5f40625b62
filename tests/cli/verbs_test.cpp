#include "cli/shell/verbs/verbs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace mecrr::cli {
namespace {

std::string found(std::string_view word) {
  const auto verb = find_verb(word);
  return verb ? std::string((*verb)->name) : "error: " + verb.error().message;
}

TEST(Verbs, StandInTheOrderOfTheirNames) {
  EXPECT_TRUE(std::ranges::is_sorted(verbs(), {}, &Verb::name));
  EXPECT_TRUE(std::ranges::is_sorted(topics(), {}, &Topic::name));
}

TEST(Verbs, HaveHelp) {
  for (const Verb* verb : verbs()) {
    EXPECT_FALSE(verb->summary.empty()) << verb->name;
    EXPECT_FALSE(verb->help.empty()) << verb->name;
  }
}

TEST(Verbs, DoNotShareAbbreviations) {
  std::set<std::string_view> seen;
  for (const Verb* verb : verbs()) {
    EXPECT_TRUE(seen.insert(verb->name).second) << verb->name;
    for (const std::string_view each : verb->abbreviations)
      EXPECT_TRUE(seen.insert(each).second) << each;
  }
}

TEST(FindVerb, TakesNamesAbbreviationsAndBeginnings) {
  EXPECT_EQ(found("continue"), "continue");
  EXPECT_EQ(found("c"), "continue");
  EXPECT_EQ(found("bt"), "backtrace");
  EXPECT_EQ(found("dis"), "disassemble");
  EXPECT_EQ(found("b"), "break") << "an abbreviation, though backtrace begins so too";
  EXPECT_EQ(found("ca"), "calls");
}

TEST(FindVerb, SaysWhatAWordCanMean) {
  EXPECT_EQ(found("s"), "error: 's' can mean seek, stepi");
  EXPECT_EQ(found("run"), "error: no verb is called 'run'; help tells which there are");
}

TEST(Split, EndsTheWordBeforeASlash) {
  EXPECT_EQ(split("  x/4i  main ").word, "x");
  EXPECT_EQ(split("  x/4i  main ").rest, "/4i  main");
  EXPECT_EQ(split(" \t").word, "");
  EXPECT_EQ(split("? break").word, "?");
}

TEST(ParseCount, TakesDecimalNumbersOnly) {
  EXPECT_EQ(parse_count("", 7), 7);
  EXPECT_EQ(parse_count("12", 7), 12);
  EXPECT_FALSE(parse_count("12x", 7));
  EXPECT_FALSE(parse_count("-1", 7));
  EXPECT_FALSE(parse_count("99999999999999999999", 7));
}

}  // namespace
}  // namespace mecrr::cli
