#include "replayer/verify.h"

#include <algorithm>

#include "base/hash.h"
#include "device/calls/inputs.h"
#include "device/calls/table.h"
#include "device/protocol/text.h"
#include "device/protocol/value.h"
#include "device/stack_hash.h"
#include "replayer/describe.h"

namespace mecrr {
namespace {

Difference difference(std::string subject, std::uint64_t expected, std::uint64_t found) {
  return {std::move(subject), fmt::format("{:#x}", expected), fmt::format("{:#x}", found)};
}

std::string name_of(const SystemCall& call) {
  const auto form = calls::form_of(call);
  return form ? std::string((*form)->name) : fmt::format("call {}", call.number);
}

/// The start of the text or data, for people.
std::string shown(ByteView bytes) {
  constexpr std::size_t kShown = 64;
  const std::string text = protocol::quoted(bytes.first(std::min(bytes.size(), kShown)));
  return bytes.size() > kShown ? text + "..." : text;
}

std::optional<Difference> compare(const pb::Input& expected, const calls::Input& found,
                                  const Memory& memory, const std::string& subject) {
  const RemoteRange range{RemoteAddress(expected.address()), expected.size()};
  if (range != found.range)
    return Difference{subject, fmt::format("at {}", range), fmt::format("at {}", found.range)};
  const auto bytes = read_bytes(memory, range.start, range.size);
  if (!bytes) return Difference{subject, fmt::format("at {}", range), bytes.error().message};
  const ByteView start = as_bytes(expected.start());
  if (start.size() > bytes->size() || !equal(start, ByteView(*bytes).first(start.size())))
    return Difference{subject, shown(start), shown(*bytes)};
  if (start.size() == bytes->size()) return std::nullopt;
  const std::uint64_t hash = hash64(*bytes);
  if (hash == expected.hash()) return std::nullopt;
  return Difference{subject, fmt::format("{} bytes with hash {:016x}", range.size, expected.hash()),
                    fmt::format("hash {:016x}, beginning {}", hash, shown(*bytes))};
}

}  // namespace

std::optional<Difference> compare(const pb::State& expected, const Registers& found) {
  if (expected.rip() != found.rip)
    return difference("instruction pointer", expected.rip(), found.rip);
  if (expected.rsp() != found.rsp) return difference("stack pointer", expected.rsp(), found.rsp);
  if (expected.registers_hash() == 0) return std::nullopt;
  const std::uint64_t hash = identity_hash(found);
  if (expected.registers_hash() != hash)
    return difference("hash of the registers", expected.registers_hash(), hash);
  return std::nullopt;
}

std::optional<Difference> compare_stack(const pb::State& expected, const Memory& memory) {
  if (expected.stack_bytes() == 0) return std::nullopt;
  const auto hash = stack_hash(memory, {RemoteAddress(expected.rsp()), expected.stack_bytes()});
  if (hash && *hash == expected.stack_hash()) return std::nullopt;
  return Difference{fmt::format("{} bytes on top of the stack", expected.stack_bytes()),
                    fmt::format("hash {:016x}", expected.stack_hash()),
                    hash ? fmt::format("hash {:016x}", *hash) : hash.error().message};
}

std::optional<Difference> compare(const pb::Call& expected, const SystemCall& found,
                                  const Memory& memory) {
  const SystemCall logged = call_of(expected);
  if (logged.number != found.number)
    return Difference{"call", describe(expected), protocol::call_text(found, memory)};
  const auto form = calls::form_of(found);
  const auto arguments = static_cast<std::size_t>(expected.argument_size());
  if (form && arguments < (*form)->arity()) {
    return Difference{"arguments of " + name_of(found), fmt::format("{}", arguments),
                      fmt::format("{}", (*form)->arity())};
  }
  for (std::size_t i = 0; i < found.arguments.size(); ++i) {
    if (i >= arguments) break;
    const calls::Kind kind =
        form && i < (*form)->arity() ? (*form)->arguments[i].kind : calls::Kind::kSize;
    const std::uint64_t ours = calls::meant(kind, found.arguments[i]);
    const std::uint64_t theirs = calls::meant(kind, logged.arguments[i]);
    if (ours != theirs)
      return difference(fmt::format("argument {} of {}", i + 1, name_of(found)), theirs, ours);
  }
  return std::nullopt;
}

std::optional<Difference> compare_inputs(const pb::Call& expected, const SystemCall& found,
                                         const Memory& memory) {
  const auto inputs = calls::inputs(found, memory);
  const std::size_t count = inputs ? inputs->size() : 0;  // of an unknown call nobody knows any
  const auto logged = static_cast<std::size_t>(expected.input_size());
  if (count != logged) {
    return Difference{fmt::format("memory that {} reads", name_of(found)),
                      fmt::format("{} ranges", logged), fmt::format("{} ranges", count)};
  }
  for (std::size_t i = 0; i < count; ++i) {
    const calls::Input& input = (*inputs)[i];
    const std::string subject =
        fmt::format("memory behind argument {} of {}", input.argument + 1, name_of(found));
    if (auto differs = compare(expected.input(static_cast<int>(i)), input, memory, subject))
      return differs;
  }
  return std::nullopt;
}

std::optional<Difference> compare(const pb::Signal& expected, const siginfo_t& found) {
  siginfo_t logged{};
  const ByteView bytes = as_bytes(expected.info());
  std::ranges::copy(bytes.first(std::min(bytes.size(), sizeof logged)),
                    object_bytes(logged).begin());
  if (expected.number() == found.si_signo && logged.si_code == found.si_code &&
      logged.si_addr == found.si_addr)
    return std::nullopt;
  logged.si_signo = expected.number();
  return Difference{"signal", protocol::signal_text(logged), protocol::signal_text(found)};
}

}  // namespace mecrr
