// The memory of replayed programs: files, shared memory, and what changes it.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "tests/replayer/hand_made.h"

namespace mecrr::hand_made {
namespace {

constexpr std::uint64_t kFile = 0x600000, kSecond = 0x700000;
constexpr std::uint64_t kPage = 0x1000;

pb::Mapping file_mapping(std::uint64_t start, std::uint64_t pages, ContentId content,
                         std::uint64_t offset, std::uint64_t valid_pages) {
  pb::Mapping mapped = mapping(start, pages * kPage, PROT_READ | PROT_WRITE);
  mapped.mutable_content()->set_content(static_cast<std::uint32_t>(content.value()));
  mapped.mutable_content()->set_offset(offset);
  mapped.mutable_content()->set_valid(valid_pages * kPage);
  return mapped;
}

pb::Mapping object_mapping(std::uint64_t start, std::uint64_t pages, std::uint64_t offset) {
  pb::Mapping mapped = mapping(start, pages * kPage, PROT_READ | PROT_WRITE);
  mapped.set_flags(MAP_SHARED);
  mapped.mutable_object()->set_object(1);
  mapped.mutable_object()->set_offset(offset);
  mapped.mutable_object()->set_valid(pages * kPage);
  return mapped;
}

/// A program that makes one call, whose outcome changes memory.
ASSEMBLY(one_call, "mov $9, %eax; syscall; nop")

class Memory : public testing::Test {
 protected:
  Trace& trace() { return trace_; }
  pb::Image& start() { return *image_.mutable_image(); }
  pb::Outcome& outcome() { return *call_.mutable_call()->mutable_outcome(); }
  pb::Change& change() { return *outcome().add_change(); }

  /// As it is after the call.
  Replayed& replayed() {
    if (replayed_) return *replayed_;
    const StreamId stream = trace_.begin_stream();
    trace_.add(stream, image_);
    trace_.add(stream, call_);
    replayed_.emplace(std::move(trace_).read());
    MECRR_CHECK(replayed_->error() == "", "{}", replayed_->error());
    return *replayed_;
  }
  std::string text_at(std::uint64_t address) {
    const auto text =
        read_string(ReplayedMemory(replayed().replay(), kTid), RemoteAddress(address), 100);
    return text ? *text : text.error().code == EFAULT ? "EFAULT" : text.error().message;
  }

 private:
  static Registers at_call() {
    Registers r = start_registers();
    r.rax = SYS_mmap, r.rip = syscall_at(one_call());
    return r;
  }
  Trace trace_;
  pb::Event image_ = image(kTid, one_call());
  pb::Event call_ = call(kTid, at_call(), 6, 0);
  std::optional<Replayed> replayed_;
};

Bytes page_with(std::string_view text) {
  Bytes page = to_bytes(text);
  page.resize(kPage);
  return page;
}

TEST_F(Memory, APrivateMappingShowsItsFile) {
  const ContentId file = trace().writer().begin_content("/some/file");
  trace().writer().add_part(file, 2 * kPage, page_with("third page"));
  *change().mutable_map() = file_mapping(kFile, 2, file, kPage, 2);
  EXPECT_EQ(text_at(kFile), "");
  EXPECT_EQ(text_at(kFile + kPage), "third page");
  EXPECT_EQ(replayed().replay().mappings(StreamId(1)).at(2).content, file);
}

TEST_F(Memory, WritesToAPrivateMappingDoNotChangeTheFile) {
  const ContentId file = trace().writer().begin_content("/some/file");
  trace().writer().add_part(file, 0, page_with("the file"));
  *change().mutable_map() = file_mapping(kFile, 1, file, 0, 1);
  *change().mutable_map() = file_mapping(kSecond, 1, file, 0, 1);
  outcome().add_write()->set_address(kFile);
  outcome().mutable_write(0)->set_data("THE");
  EXPECT_EQ(text_at(kFile), "THE file");
  EXPECT_EQ(text_at(kSecond), "the file");
}

TEST_F(Memory, AnObjectIsTheSameWhereverItIsMapped) {
  *change().mutable_map() = object_mapping(kFile, 2, 0);
  *change().mutable_map() = object_mapping(kSecond, 1, kPage);
  pb::ObjectWrite& write = *outcome().add_object_write();
  write.set_object(1);
  write.set_offset(kPage);
  write.set_data("shared");
  EXPECT_EQ(text_at(kFile + kPage), "shared");
  EXPECT_EQ(text_at(kSecond), "shared");
}

TEST_F(Memory, AnObjectCanGetTheBytesOfAContent) {
  const ContentId file = trace().writer().begin_content("/some/file");
  trace().writer().add_part(file, 0, page_with("first"));
  trace().writer().add_part(file, kPage, page_with("second"));
  *change().mutable_map() = object_mapping(kFile, 3, 0);
  const auto add = [&](std::uint64_t offset, std::uint64_t size) {
    pb::ObjectWrite& write = *outcome().add_object_write();
    write.set_object(1);
    pb::ContentRef& content = *write.mutable_content();
    content.set_content(static_cast<std::uint32_t>(file.value()));
    content.set_offset(offset);
    content.set_valid(size);
  };
  outcome().add_object_write()->set_object(1);
  outcome().mutable_object_write(0)->set_offset(2 * kPage);
  outcome().mutable_object_write(0)->set_data("what was there");
  add(0, 2 * kPage);
  add(kPage, 2 * kPage);  // of which it has one
  EXPECT_EQ(text_at(kFile), "second");
  EXPECT_EQ(text_at(kFile + kPage), "");
  EXPECT_EQ(text_at(kFile + 2 * kPage), "what was there");
}

TEST_F(Memory, AMoveTakesTheBytesAlongAndGrowsByMoreOfTheFile) {
  const ContentId file = trace().writer().begin_content("/some/file");
  trace().writer().add_part(file, 0, page_with("first"));
  trace().writer().add_part(file, kPage, page_with("second"));
  *change().mutable_map() = file_mapping(kFile, 1, file, 0, 1);
  pb::Move& move = *change().mutable_move();
  move.set_from(kFile), move.set_from_size(kPage);
  move.set_to(kSecond), move.set_to_size(3 * kPage);
  move.set_valid(2 * kPage);
  EXPECT_EQ(text_at(kFile), "EFAULT");
  EXPECT_EQ(text_at(kSecond), "first");
  EXPECT_EQ(text_at(kSecond + kPage), "second");
  EXPECT_EQ(text_at(kSecond + 2 * kPage), "EFAULT");  // behind the file's end
}

TEST_F(Memory, AMoveCanMakeAMappingShorter) {
  *change().mutable_map() = object_mapping(kFile, 3, 0);
  outcome().add_object_write()->set_object(1);
  outcome().mutable_object_write(0)->set_data("object");
  pb::Move& move = *change().mutable_move();
  move.set_from(kFile), move.set_from_size(3 * kPage);
  move.set_to(kFile), move.set_to_size(kPage);
  move.set_valid(kPage);
  EXPECT_EQ(text_at(kFile), "object");
  EXPECT_EQ(text_at(kFile + kPage), "EFAULT");
}

TEST_F(Memory, WhatIsUnmappedIsGone) {
  pb::Range& unmap = *change().mutable_unmap();
  unmap.set_start(kData), unmap.set_size(kPage);
  EXPECT_EQ(text_at(kData), "EFAULT");
  EXPECT_EQ(replayed().replay().mappings(StreamId(1)).size(), 2u);
}

TEST_F(Memory, APartThatIsProtectedIsARangeOfItsOwn) {
  *change().mutable_map() = mapping(kFile, 3 * kPage, PROT_READ | PROT_WRITE);
  pb::Protect& protect = *change().mutable_protect();
  protect.set_start(kFile + kPage), protect.set_size(kPage), protect.set_protection(PROT_READ);
  const auto mappings = replayed().replay().mappings(StreamId(1));
  ASSERT_EQ(mappings.size(), 6u);
  EXPECT_EQ(mappings[3].range, (RemoteRange{RemoteAddress(kFile + kPage), kPage}));
  EXPECT_EQ(mappings[3].protection, PROT_READ);
}

TEST_F(Memory, PeopleSeeTheInstructionsThatTrapsReplace) {
  const ContentId file = trace().writer().begin_content("/some/program");
  trace().writer().add_part(file, 0, page_with("abc"));
  pb::Mapping mapped = file_mapping(kFile, 1, file, 0, 1);
  mapped.add_trap(kFile + 1);
  *change().mutable_map() = mapped;
  EXPECT_EQ(text_at(kFile), "abc");
}

/// Reads at %rsi.
ASSEMBLY(reads, "mov (%rsi), %al")

TEST(MemoryBehindAFilesEnd, RaisesSigbusAsItDid) {
  Trace trace;
  const ContentId file = trace.writer().begin_content("/short");
  trace.writer().add_part(file, 0, page_with("x"));
  const StreamId stream = trace.begin_stream();
  pb::Event start = image(kTid, reads());
  *start.mutable_image()->add_mapping() = file_mapping(0x900000, 2, file, 0, 1);
  Registers r = start_registers();
  r.rsi = 0x900000 + kPage + 5;
  *start.mutable_image()->mutable_registers() = to_trace(r);
  trace.add(stream, start);
  siginfo_t info{};
  info.si_signo = SIGBUS;
  info.si_code = BUS_ADRERR;
  info.si_addr = RemoteAddress(r.rsi).as_pointer();
  pb::Event signal = fault(kTid, r, info);
  signal.mutable_signal()->set_fatal(true);
  trace.add(stream, signal);
  Replayed replayed(std::move(trace).read());
  replayed.run<Ended>();
}

}  // namespace
}  // namespace mecrr::hand_made
