#include "base/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace mecrr {
namespace {

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe() {
  int ends[2];
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::string temporary_path(const char* name) {
  return fmt::format("{}/{}.{}", testing::TempDir(), name, getpid());
}

TEST(Files, WhatIsWrittenIsReadBack) {
  const std::string path = temporary_path("files_test");
  ASSERT_TRUE(write_file(path, as_bytes("hello")));
  EXPECT_EQ(read_text_file(path), "hello");
  ASSERT_TRUE(write_file(path, as_bytes("bye")));
  EXPECT_EQ(read_text_file(path), "bye");
  EXPECT_EQ(unlink(path.c_str()), 0);
}

TEST(Files, OfProcAreReadToTheirEndThoughTheirSizeIsZero) {
  const Result<std::string> maps = read_text_file("/proc/self/maps");
  ASSERT_TRUE(maps);
  EXPECT_NE(maps->find("[stack]"), std::string::npos);
}

TEST(Files, OfMoreThanTheLimitAreRefused) {
  const Result<Bytes> result = read_file("/dev/zero", 1 << 20);
  EXPECT_EQ(result.error().message, "/dev/zero: holds more than 1048576 bytes");
}

TEST(Files, AMissingOneIsNamed) {
  const Result<Bytes> result = read_file("/no/such/file");
  EXPECT_EQ(result.error(), (Error{"/no/such/file: No such file or directory", ENOENT}));
}

TEST(Files, AreOpenedCloseOnExec) {
  const UniqueFd fd = open_file("/dev/null", O_RDONLY).value();
  EXPECT_EQ(fcntl(fd.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(create_memfd("x")->get(), F_GETFD), FD_CLOEXEC);
}

TEST(WriteAll, GoesOnAfterShortWrites) {
  Pipe pipe = make_pipe();
  const std::string text(1 << 20, 'x');  // sixteen times what a pipe holds
  std::thread writer([&] {
    EXPECT_TRUE(write_all(pipe.write_end.get(), as_bytes(text)));
    pipe.write_end.reset();
  });
  const Result<Bytes> got = read_to_end(pipe.read_end.get());
  writer.join();
  EXPECT_EQ(as_text(got.value()), text);
}

TEST(WriteAll, ReportsAFullDisk) {
  const UniqueFd full = open_file("/dev/full", O_WRONLY).value();
  EXPECT_EQ(write_all(full.get(), as_bytes("x")).error().code, ENOSPC);
}

TEST(ReadExact, FillsAllOrFails) {
  const UniqueFd fd = create_memfd("x").value();
  ASSERT_TRUE(write_all_at(fd.get(), as_bytes("hello"), 3));
  EXPECT_EQ(file_size(fd.get()), 8u);
  Bytes into(5);
  ASSERT_TRUE(read_exact_at(fd.get(), into, 3));
  EXPECT_EQ(as_text(into), "hello");
  EXPECT_EQ(read_exact_at(fd.get(), into, 4).error().message, "reading: only 4 of 5 bytes");
  EXPECT_EQ(read_up_to_at(fd.get(), into, 6), 2u);
}

TEST(ReadExact, ReadsOnFromWhereTheDescriptorIs) {
  Pipe pipe = make_pipe();
  ASSERT_TRUE(write_all(pipe.write_end.get(), as_bytes("abcdef")));
  Bytes into(3);
  ASSERT_TRUE(read_exact(pipe.read_end.get(), into));
  ASSERT_TRUE(read_exact(pipe.read_end.get(), into));
  EXPECT_EQ(as_text(into), "def");
}

}  // namespace
}  // namespace mecrr
