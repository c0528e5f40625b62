// A damaged file is an error, or a shorter trace that says so; what is read is what was recorded.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "base/hash.h"
#include "tests/trace-format/sample.h"

namespace mecrr {
namespace {

// What a trace says, to be compared: a hash for each event, by order, and for each part.
struct Said {
  std::map<std::uint64_t, std::uint64_t> events;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> parts;
  friend bool operator==(const Said&, const Said&) = default;
};

// As far as reading gets; the error that ends it, if any.
std::optional<Error> listen(Reader& reader, Said& said) {
  const auto events = [&]() -> Result<void> {
    for (const StreamInfo& stream : reader.streams()) {
      EventCursor cursor = TRY(reader.events(stream.id));
      while (const pb::Event* event = TRY(cursor.next())) {
        said.events.emplace(event->order(), hash64(as_bytes(event->SerializeAsString())));
      }
    }
    return {};
  };
  const auto parts = [&]() -> Result<void> {
    for (const ContentId content : reader.contents()) {
      TRY(reader.content_path(content));
      TRY(reader.for_each_part(content, [&](std::uint64_t offset, ByteView bytes) -> Result<void> {
        said.parts.emplace(std::pair(content.value(), offset), hash64(bytes));
        return {};
      }));
    }
    return {};
  };
  const Result<void> events_read = events();
  const Result<void> parts_read = parts();
  if (!events_read) return events_read.error();
  if (!parts_read) return parts_read.error();
  return std::nullopt;
}

template <class Map>
bool is_part_of(const Map& some, const Map& all) {
  return std::ranges::all_of(some, [&](const auto& entry) {
    const auto found = all.find(entry.first);
    return found != all.end() && found->second == entry.second;
  });
}

enum class Outcome { kRefused, kError, kShorter, kSame };

class Damage : public testing::Test {
 protected:
  Damage() : good_(sample_trace(3000, Contents::kSmall)) {
    const std::unique_ptr<Reader> reader = open_bytes(good_).value();
    EXPECT_FALSE(listen(*reader, said_));
  }

  // Reads a damaged file, and sees to it that nothing is read that was not recorded.
  Outcome read(const Bytes& bytes) const {
    const Result<std::unique_ptr<Reader>> reader = open_bytes(bytes);
    if (!reader) {
      EXPECT_TRUE(reader.error().message.starts_with("trace.pb: ")) << reader.error();
      return Outcome::kRefused;
    }
    Said said;
    const std::optional<Error> error = listen(**reader, said);
    EXPECT_TRUE(is_part_of(said.events, said_.events));
    EXPECT_TRUE(is_part_of(said.parts, said_.parts));
    if (error) {
      EXPECT_NE(error->message.find("byte "), std::string::npos) << *error;
      return Outcome::kError;
    }
    EXPECT_EQ(said.events.size(), (*reader)->event_count());
    EXPECT_TRUE(said.events.empty() || said.events.rbegin()->first + 1 == said.events.size());
    if (!(*reader)->damage()) {
      EXPECT_EQ(said, said_);
      return Outcome::kSame;
    }
    return Outcome::kShorter;
  }

  Bytes good_;
  Said said_;
};

TEST_F(Damage, OfOneByteIsNoticed) {
  std::mt19937_64 random(1);
  std::map<Outcome, int> outcomes;
  for (int i = 0; i < 1200; ++i) {
    Bytes bytes = good_;
    bytes[random() % bytes.size()] ^= static_cast<std::byte>(1 + random() % 255);
    ++outcomes[read(bytes)];
  }
  EXPECT_EQ(outcomes[Outcome::kSame], 0);
  EXPECT_GT(outcomes[Outcome::kError], 0);
  EXPECT_GT(outcomes[Outcome::kShorter], 0);
}

TEST_F(Damage, OfManyBytesIsNoticed) {
  std::mt19937_64 random(2);
  std::map<Outcome, int> outcomes;
  for (int i = 0; i < 300; ++i) {
    Bytes bytes = good_;
    const std::size_t from = random() % bytes.size();
    const std::size_t count = std::min<std::size_t>(1 + random() % 5000, bytes.size() - from);
    for (std::size_t at = from; at < from + count; ++at)
      bytes[at] = static_cast<std::byte>(random());
    ++outcomes[read(bytes)];
  }
  EXPECT_EQ(outcomes[Outcome::kSame], 0);
}

TEST_F(Damage, OfBlocksPutElsewhereIsNoticed) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 300; ++i) {
    Bytes bytes = good_;
    const std::size_t count = 1 + random() % (bytes.size() / 2);
    const std::size_t from = random() % (bytes.size() - count);
    const std::size_t to = random() % (bytes.size() - count);
    if (from == to) continue;
    std::copy_n(good_.begin() + static_cast<std::ptrdiff_t>(from), count,
                bytes.begin() + static_cast<std::ptrdiff_t>(to));
    if (bytes == good_) continue;
    EXPECT_NE(read(bytes), Outcome::kSame) << from << " to " << to;
  }
}

TEST_F(Damage, OfAnIndexWithoutMoreLeavesEverything) {
  const std::uint64_t index_bytes = *load<std::uint64_t>(good_, good_.size() - 16);
  std::mt19937_64 random(4);
  for (int i = 0; i < 100; ++i) {
    Bytes bytes = good_;
    bytes[bytes.size() - 24 - 1 - random() % index_bytes] ^= std::byte{4};
    EXPECT_EQ(read(bytes), Outcome::kShorter);
    EXPECT_EQ(open_bytes(bytes).value()->event_count(), said_.events.size());
  }
}

TEST(CutFile, IsReadUpToTheCutAtEveryLength) {
  const Bytes good = sample_trace(20, Contents::kSmall);
  std::uint64_t most = 0;
  for (std::size_t size = 0; size < good.size(); ++size) {
    Bytes bytes = good;
    bytes.resize(size);
    const Result<std::unique_ptr<Reader>> reader = open_bytes(bytes);
    if (!reader) {
      EXPECT_EQ(most, 0u);  // only while the header is not whole
      continue;
    }
    const Result<std::uint64_t> events = read_everything(**reader);
    ASSERT_TRUE(events) << size << ": " << events.error();
    EXPECT_GE(*events, most) << size;
    EXPECT_EQ(*events, (*reader)->event_count());
    // Without the index, but with the ending, nothing is missing.
    EXPECT_TRUE((*reader)->damage() || (*reader)->ending()) << size;
    most = *events;
  }
  EXPECT_EQ(most, 42u);
}

}  // namespace
}  // namespace mecrr
