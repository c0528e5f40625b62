// docs/calls.md is what the table says today.
#include <gtest/gtest.h>

#include <string>

#include "base/files.h"
#include "device/calls/document.h"
#include "device/calls/table.h"

namespace mecrr::calls {
namespace {

TEST(CallsDocument, IsWhatDocsCallsMdHolds) {
  const std::string path = std::string(MECRR_SOURCE_DIR) + "/docs/calls.md";
  const auto held = read_text_file(path);
  ASSERT_TRUE(held.has_value()) << held.error();
  const std::string now = std::string(MECRR_BINARY_DIR) + "/tests/calls.md";
  const auto written = write_file(now, as_bytes(calls_document()));
  ASSERT_TRUE(written.has_value()) << written.error();
  EXPECT_TRUE(*held == calls_document())
      << "docs/calls.md is out of date: cp " << now << ' ' << path;
}

TEST(CallsDocument, NamesEachCallAndEachCommand) {
  const std::string document = calls_document();
  for (const Call* call : all()) {
    EXPECT_NE(document.find(fmt::format("| {} | `{}` |", call->number, call->name)),
              std::string::npos);
    if (call->extra.commands == nullptr) continue;
    for (const Command& command : call->extra.commands->rows)
      EXPECT_NE(document.find(fmt::format("| `{}` |", command.name)), std::string::npos);
  }
}

TEST(CallsDocument, SaysWhatARowSays) {
  const std::string document = calls_document();
  EXPECT_NE(document.find("| 0 | `read` | fd, out [arg 2 -> result], size | answer | blocks |\n"),
            std::string::npos);
  EXPECT_NE(document.find("| 0x5413 | `TIOCGWINSZ` | fd, command, out winsize [8] | answer |  |\n"),
            std::string::npos);
}

}  // namespace
}  // namespace mecrr::calls
