#include "base/mapping.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/files.h"

namespace mecrr {
namespace {

TEST(Mapping, AnonymousIsZeroAndWritable) {
  Mapping mapping = Mapping::anonymous(10000).value();
  EXPECT_EQ(mapping.size(), 10000u);
  EXPECT_EQ(mapping.bytes()[9999], std::byte{0});
  mapping.mutable_bytes()[9999] = std::byte{1};
  EXPECT_EQ(mapping.bytes()[9999], std::byte{1});
}

TEST(Mapping, StaysInPlaceWhenMoved) {
  Mapping a = Mapping::anonymous(4096).value();
  const std::byte* place = a.bytes().data();
  Mapping b;
  b = std::move(a);
  EXPECT_EQ(b.bytes().data(), place);
  EXPECT_EQ(a.size(), 0u);  // NOLINT(bugprone-use-after-move): that it is empty is the point
}

TEST(Mapping, OfAFileSharesTheFile) {
  const UniqueFd fd = create_memfd("mapping_test").value();
  ASSERT_TRUE(write_all(fd.get(), as_bytes("hello")));
  Mapping writable = Mapping::of_file(fd.get(), 0, 5, Mapping::Access::kReadWrite).value();
  const Mapping readable = Mapping::of_file(fd.get(), 0, 5, Mapping::Access::kRead).value();
  writable.mutable_bytes()[0] = std::byte{'j'};
  EXPECT_EQ(as_text(readable.bytes()), "jello");
}

TEST(Mapping, AnonymousSharedIsSharedWithAChild) {
  Mapping mapping = Mapping::anonymous_shared(4096).value();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    mapping.mutable_bytes()[0] = std::byte{42};
    _exit(0);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_EQ(mapping.bytes()[0], std::byte{42});
}

TEST(Mapping, OfNothingIsEmptyAndNoError) { EXPECT_EQ(Mapping::anonymous(0)->size(), 0u); }

TEST(Mapping, ReportsTheErrnoOfMmap) {
  EXPECT_EQ(Mapping::of_file(-1, 0, 4096, Mapping::Access::kRead).error().code, EBADF);
}

}  // namespace
}  // namespace mecrr
