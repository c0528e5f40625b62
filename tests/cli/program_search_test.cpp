#include "cli/commands/program_search.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "base/files.h"

namespace mecrr::cli {
namespace {

class FindProgram : public testing::Test {
 protected:
  FindProgram() {
    std::string name = testing::TempDir() + "/find_program_XXXXXX";
    root_ = ::mkdtemp(name.data());
    for (const char* each : {"/first", "/second", "/first/directory"})
      std::filesystem::create_directory(root_ + each);
    add("/first/forbidden", 0644);
    add("/second/both", 0755);
    add("/first/both", 0755);
    add("/second/later", 0755);
    add("/first/later", 0644);
  }
  ~FindProgram() override { std::filesystem::remove_all(root_); }

  void add(const std::string& name, mode_t mode) {
    ASSERT_TRUE(write_file(root_ + name, {}));
    ASSERT_EQ(::chmod((root_ + name).c_str(), mode), 0);
  }
  std::string path() const { return root_ + "/none:" + root_ + "/first:" + root_ + "/second"; }
  int code(const std::string& name) const {
    const auto found = find_program(name, path());
    return found ? 0 : found.error().code;
  }

  std::string root_;
};

TEST_F(FindProgram, TakesTheFirstThatCanBeExecuted) {
  EXPECT_EQ(find_program("both", path()), root_ + "/first/both");
  EXPECT_EQ(find_program("later", path()), root_ + "/second/later");
}

TEST_F(FindProgram, DoesNotSearchForANameWithASlash) {
  EXPECT_EQ(find_program(root_ + "/second/both", path()), root_ + "/second/both");
  EXPECT_EQ(code("./both"), ENOENT);
}

TEST_F(FindProgram, TellsWhatIsMissingFromWhatIsForbidden) {
  EXPECT_EQ(code("missing"), ENOENT);
  EXPECT_EQ(code(""), ENOENT);
  EXPECT_EQ(code("forbidden"), EACCES);
  EXPECT_EQ(code("directory"), ENOENT) << "directories in PATH are passed over";
  EXPECT_EQ(code(root_ + "/first/directory"), EACCES);
  EXPECT_EQ(code(root_ + "/first/both/under"), ENOTDIR);
}

TEST_F(FindProgram, TakesAnEmptyDirectoryForTheWorkingDirectory) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(root_ + "/second");
  EXPECT_EQ(find_program("later", root_ + "/first:"), "./later");
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace mecrr::cli
