#include "tests/device/agent/compared.h"

#include <gtest/gtest.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

#include "base/hash.h"
#include "device/calls/inputs.h"
#include "device/calls/table.h"
#include "device/calls/written_memory.h"

namespace mecrr::agent {
namespace {

struct ReadBefore {
  calls::Input input;
  Bytes bytes;
};

std::vector<ReadBefore> inputs_of(const SystemCall& call) {
  std::vector<ReadBefore> all;
  const auto inputs = calls::inputs(call, OwnMemory());
  EXPECT_TRUE(inputs.has_value());
  for (const calls::Input& input : inputs.value_or(std::vector<calls::Input>{})) {
    all.push_back({input, read_bytes(OwnMemory(), input.range.start, input.range.size).value()});
  }
  return all;
}

void expect_inputs(const LoggedCall& logged, const std::vector<ReadBefore>& inputs) {
  ASSERT_GE(logged.parts.size(), inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    SCOPED_TRACE(i);
    const auto& [input, bytes] = inputs[i];
    const LoggedPart& part = logged.parts[i];
    EXPECT_EQ(part.part.address, input.range.start.value());
    EXPECT_EQ(part.part.size, bytes.size());
    EXPECT_EQ(part.part.kind == CallPart::Kind::kText, input.text);
    EXPECT_NE(part.part.kind, CallPart::Kind::kWritten);
    EXPECT_TRUE(equal(part.data, ByteView(bytes).first(part.data.size())));
    if (part.part.has_hash()) {
      EXPECT_EQ(part.hash, hash64(bytes));
    } else {
      EXPECT_EQ(part.data.size(), bytes.size());
    }
  }
  for (std::size_t i = inputs.size(); i < logged.parts.size(); ++i) {
    EXPECT_EQ(logged.parts[i].part.kind, CallPart::Kind::kWritten);
  }
}

/// That applying the written parts to `before` gives what is there now.
void expect_written(const LoggedCall& logged, const std::vector<RemoteRange>& ranges) {
  for (const RemoteRange& range : ranges) {
    for (std::uint64_t i = 0; i < range.size; ++i) {
      const RemoteAddress address = range.start + i;
      bool covered = false;
      for (const LoggedPart& part : logged.parts) {
        const RemoteRange written{RemoteAddress(part.part.address), part.part.size};
        covered |= part.part.kind == CallPart::Kind::kWritten && written.contains(address);
      }
      ASSERT_TRUE(covered) << address << " of " << range;
    }
  }
}

}  // namespace

Result<void> OwnMemory::read(RemoteAddress from, MutableBytes into) const {
  const iovec local{into.data(), into.size()};
  const iovec remote{from.as_pointer(), into.size()};
  const ssize_t got = ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0);
  if (got != static_cast<ssize_t>(into.size())) return fail_with_code(EFAULT, "no memory there");
  return {};
}

Arena::Arena() : memory_(kBytes, std::byte{0xa5}) {}

std::uint64_t Arena::room(std::size_t size) {
  const std::size_t start = used_;
  used_ += (size + 31) / 16 * 16;
  EXPECT_LE(used_, kBytes);
  return number_of(memory_.data() + start);
}

std::uint64_t Arena::bytes(ByteView bytes) {
  const std::uint64_t start = room(bytes.size());
  if (!bytes.empty()) {
    std::memcpy(RemoteAddress(start).as_pointer(), bytes.data(), bytes.size());
  }
  return start;
}

std::uint64_t Arena::text(std::string_view text) {
  const std::uint64_t start = room(text.size() + 1);
  std::memcpy(RemoteAddress(start).as_pointer(), text.data(), text.size());
  *static_cast<char*>((RemoteAddress(start) + text.size()).as_pointer()) = 0;
  return start;
}

std::int64_t expect_recorded(Site& site, Arena& arena, std::uint32_t number,
                             std::array<std::uint64_t, 6> arguments) {
  const calls::Call* row = calls::find(number);
  SCOPED_TRACE(row->name);
  const SystemCall call{number, arguments};
  const std::vector<ReadBefore> inputs = inputs_of(call);
  const auto before = calls::before(call, OwnMemory());
  const Bytes memory_before = arena.memory();

  site.state().log_used = 0;
  const Site::Outcome outcome = site.call(number, arguments);
  EXPECT_FALSE(outcome.raw) << static_cast<std::uint64_t>(site.state().abandoned);
  if (outcome.raw) return outcome.result;

  const auto logged = site.logged();
  EXPECT_EQ(logged.size(), 1u);
  const LoggedCall& record = logged.front();
  EXPECT_EQ(record.record.number, number);
  EXPECT_EQ(record.record.result, outcome.result);
  EXPECT_EQ(record.record.rip, Site::back());
  EXPECT_EQ(record.record.rsp, site.registers().rsp);
  EXPECT_EQ(record.record.bytes % 8, 0u);
  const calls::Form* form = calls::form_of(call).value();
  EXPECT_EQ(record.arguments,
            std::vector<std::uint64_t>(arguments.begin(), arguments.begin() + form->arity()));
  expect_inputs(record, inputs);
  expect_written(record, calls::written(call, *before, outcome.result, OwnMemory()).value());

  // Answered, from memory as it was, it comes to the same.
  const Bytes memory_after = arena.memory();
  const AgentState recording = site.state();
  std::memcpy(arena.memory().data(), memory_before.data(), memory_before.size());
  site.answer();
  const Site::Outcome answered = site.call(number, arguments);
  EXPECT_FALSE(answered.raw) << static_cast<std::uint64_t>(site.state().abandoned);
  EXPECT_EQ(answered.result, outcome.result);
  EXPECT_EQ(site.state().differs, 0u);
  EXPECT_EQ(site.state().log_used, site.state().log_bytes);
  EXPECT_TRUE(equal(arena.memory(), memory_after));
  std::memcpy(arena.memory().data(), memory_after.data(), memory_after.size());
  site.state() = recording;
  site.state().log_used = 0;
  return outcome.result;
}

void expect_stop(Site& site, Arena& arena, Abandoned why, std::uint32_t number,
                 std::array<std::uint64_t, 6> arguments) {
  SCOPED_TRACE(calls::find(number)->name);
  const Bytes before = arena.memory();
  const std::uint64_t used = site.state().log_used;
  const Site::Outcome outcome = site.call(number, arguments);
  EXPECT_TRUE(outcome.raw) << outcome.result;
  EXPECT_EQ(site.state().abandoned, why);
  EXPECT_EQ(site.state().log_used, used);
  EXPECT_TRUE(equal(arena.memory(), before));
}

}  // namespace mecrr::agent
