// A trace can be read with lz4 and protoc alone.
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "tests/trace-format/sample.h"

namespace mecrr {
namespace {

std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string output;
  std::array<char, 65536> buffer;
  while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), got);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return output;
}

TEST(Decoding, ByLz4AndProtocGivesTheWholeFile) {
  if (std::system("command -v lz4 protoc >/dev/null") != 0) GTEST_SKIP() << "no lz4 or no protoc";
  const TemporaryPath path;
  Writer writer = Writer::create(path.name(), IfExists::kFail, sample_header()).value();
  add_sample(writer, 5000, Contents::kLarge);
  ASSERT_TRUE(std::move(writer).finish(sample_ending()));

  const std::string text =
      output_of(fmt::format("lz4 -dc {} | protoc --decode=mecrr.Trace --proto_path={}/trace-format "
                            "trace.proto",
                            path.name(), MECRR_SOURCE_DIR));
  pb::Trace all;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &all));
  ASSERT_EQ(all.header_size(), 1);
  EXPECT_EQ(all.header(0).SerializeAsString(), sample_header().SerializeAsString());
  ASSERT_EQ(all.ending_size(), 1);
  EXPECT_EQ(all.ending(0).events(), 10'002u);
  std::uint64_t bytes = 0;
  for (const pb::ContentPart& part : all.content()) bytes += part.data().size();
  EXPECT_EQ(bytes, 4096u + 100u + 6'000'000u);

  const std::unique_ptr<Reader> reader = Reader::open(path.name()).value();
  std::uint64_t events = 0;
  for (const pb::Chunk& chunk : all.chunk()) {
    EventCursor cursor =
        reader->events(StreamId{chunk.stream()}, EventId{chunk.first_event()}).value();
    for (const pb::Event& event : chunk.event()) {
      ASSERT_EQ(event.SerializeAsString(), cursor.next().value()->SerializeAsString());
      ++events;
    }
  }
  EXPECT_EQ(events, 10'002u);
}

}  // namespace
}  // namespace mecrr
