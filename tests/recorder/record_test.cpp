// Programs of one behaviour each (tests/device/tracee.c), recorded on the real device.
#include "recorder/recorder.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <functional>

#include "base/files.h"
#include "device/ptrace/ptrace_device.h"
#include "trace-format/reader.h"

namespace mecrr {
namespace {

class Record : public testing::Test {
 protected:
  Record() {
    std::string name = (std::filesystem::temp_directory_path() / "mecrr-record.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    context_.create_trace = [this](const pb::Header& header) {
      return Writer::create(trace(), IfExists::kFail, header);
    };
    context_.warn = [this](std::string_view line) { warnings_.emplace_back(line); };
  }
  ~Record() override { std::filesystem::remove_all(folder_); }

  std::string trace() const { return folder_ + "/trace.pb"; }

  Result<Recording> record(const std::string& path, const std::string& behaviour) {
    const auto device = PtraceDevice::create();
    const Launch launch{
        .path = path, .arguments = {path, behaviour}, .environment = {"HOME=/nowhere"}};
    return mecrr::record(*device, launch, context_);
  }
  Recording record(const std::string& behaviour) {
    auto recording = record(MECRR_TRACEE, behaviour);
    EXPECT_TRUE(recording.has_value()) << recording.error();
    return recording.value_or(Recording{});
  }

  /// Events of all streams, in no order but each stream's own.
  std::vector<pb::Event> events(const std::function<bool(const pb::Event&)>& wanted) {
    std::vector<pb::Event> found;
    auto reader = Reader::open(trace());
    if (!reader) {
      ADD_FAILURE() << reader.error();
      return found;
    }
    for (const StreamInfo& stream : (*reader)->streams()) {
      auto cursor = (*reader)->events(stream.id);
      while (cursor) {
        const auto event = cursor->next();
        if (!event || *event == nullptr) break;
        if (wanted(**event)) found.push_back(**event);
      }
    }
    return found;
  }

  std::string folder_;
  RecordingContext context_;
  std::vector<std::string> warnings_;
};

bool is_call(const pb::Event& event, std::uint32_t number) {
  return event.call().number() == number || event.entered().number() == number;
}

TEST_F(Record, BeginsWithTheImageAndEndsWithTheExit) {
  const Recording recording = record("exits");
  EXPECT_TRUE(WIFEXITED(recording.status));
  EXPECT_EQ(recording.processes, 1u);
  const auto all = events([](const pb::Event&) { return true; });
  ASSERT_GT(all.size(), 2u);
  EXPECT_EQ(all.size(), recording.trace.events);
  ASSERT_TRUE(all.front().has_image());
  EXPECT_EQ(all.front().image().path(), MECRR_TRACEE);
  EXPECT_EQ(all.front().image().argument(1), "exits");
  ASSERT_TRUE(all.back().has_exited());
  EXPECT_TRUE(all.back().exited().process());
  EXPECT_EQ(all.back().exited().status(), WEXITSTATUS(recording.status));
}

TEST_F(Record, AHandledSignalHasItsFrame) {
  record("signals_itself");
  const auto signals = events([](const pb::Event& event) { return event.signal().has_handler(); });
  ASSERT_FALSE(signals.empty());
  const pb::Signal& signal = signals.front().signal();
  EXPECT_TRUE(signals.front().has_state());
  ASSERT_EQ(signal.handler().write_size(), 1);
  EXPECT_EQ(signal.handler().write(0).address(), signal.handler().registers().rsp());
  EXPECT_GE(signal.handler().write(0).data().size(),
            440u + 512u);  // struct rt_sigframe, FXSAVE area
}

TEST_F(Record, AForkBeginsAStreamThatNamesItsParent) {
  const Recording recording = record("forks");
  EXPECT_EQ(recording.processes, 2u);
  const auto created = events([](const pb::Event& event) { return event.has_created(); });
  const auto forked = events([](const pb::Event& event) { return event.has_forked(); });
  ASSERT_EQ(created.size(), 1u);
  ASSERT_EQ(forked.size(), 1u);
  EXPECT_EQ(forked[0].forked().parent_order(), created[0].order());
  EXPECT_EQ(forked[0].tid(), created[0].created().tid());
}

TEST_F(Record, AThreadStaysInItsProcessesStream) {
  record("starts_a_thread");
  const auto created = events([](const pb::Event& event) { return event.has_created(); });
  ASSERT_EQ(created.size(), 1u);
  EXPECT_EQ(created[0].created().stream(), 1u);
  EXPECT_EQ(events([](const pb::Event& event) { return event.has_exited(); }).size(), 2u);
}

TEST_F(Record, AnExecFromAThreadEndsTheOthersAndBeginsAnImage) {
  record("execs_from_a_thread");
  const auto replaced = events([](const pb::Event& event) { return event.has_replaced(); });
  ASSERT_EQ(replaced.size(), 1u);
  EXPECT_EQ(replaced[0].replaced().stream(), 2u);
  const auto images = events([](const pb::Event& event) { return event.has_image(); });
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(images[0].tid(), images[1].tid());  // the thread has become the main one
}

TEST_F(Record, TheTimeIsAnInstructionEvent) {
  record("asks_the_time");
  const auto found = events(
      [](const pb::Event& event) { return event.instruction().kind() == pb::Instruction::RDTSC; });
  EXPECT_FALSE(found.empty());
}

TEST_F(Record, CallsThatAProgramFiltersAreLogged) {
  const Recording recording = record("filters_a_call");
  EXPECT_EQ(WEXITSTATUS(recording.status), 7);
  const auto calls = events([](const pb::Event& event) { return is_call(event, SYS_getppid); });
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].call().outcome().result(), -7);
}

TEST_F(Record, AnInterruptedRecordingIsAWholeTrace) {
  const std::atomic<bool> interrupted = true;
  context_.interrupted = &interrupted;
  const Recording recording = record("sleeps");
  EXPECT_TRUE(recording.interrupted);
  EXPECT_EQ(WTERMSIG(recording.status), SIGKILL);
  const auto reader = Reader::open(trace());
  ASSERT_TRUE(reader.has_value()) << reader.error();
  ASSERT_TRUE((*reader)->ending().has_value());
  EXPECT_EQ((*reader)->ending()->reason(), pb::Ending::INTERRUPTED);
}

TEST_F(Record, AMissingProgramMakesNoTrace) {
  const auto recording = record("/nowhere/program", "exits");
  ASSERT_FALSE(recording.has_value());
  EXPECT_EQ(recording.error().code, ENOENT);
  EXPECT_FALSE(std::filesystem::exists(trace()));
}

TEST_F(Record, AProgramOfAnotherProcessorIsRefused) {
  Elf64_Ehdr header{};
  std::copy_n(ELFMAG, SELFMAG, header.e_ident);
  header.e_ident[EI_CLASS] = ELFCLASS32;
  header.e_machine = EM_386;
  const std::string program = folder_ + "/program";
  ASSERT_TRUE(write_file(program, object_bytes(header)));
  ASSERT_EQ(::chmod(program.c_str(), 0755), 0);
  const auto recording = record(program, "exits");
  ASSERT_FALSE(recording.has_value());
  EXPECT_EQ(recording.error().code, ENOEXEC);
}

TEST_F(Record, ATraceThatCannotBeMadeIsAnError) {
  context_.create_trace = [](const pb::Header&) -> Result<Writer> {
    return fail_with_code(EACCES, "trace.pb");
  };
  const auto recording = record(MECRR_TRACEE, "exits");
  ASSERT_FALSE(recording.has_value());
  EXPECT_EQ(recording.error().code, EACCES);
}

}  // namespace
}  // namespace mecrr
