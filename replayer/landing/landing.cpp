#include "replayer/landing/landing.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "device/code/changing_registers.h"
#include "replayer/registers.h"

namespace mecrr {
namespace {

/// Numbers of general registers: the likeliest counters of loops first.
constexpr std::uint8_t kByLikelihood[] = {0, 1, 2, 6, 7, 8, 9, 10, 11, 3, 12, 13, 14, 15, 5, 4};

bool is_stack_equal(const pb::Landing& landing, const Registers& registers,
                    const StoppedTask& task) {
  const auto stack = read_bytes(task, RemoteAddress(registers.rsp), landing.stack_bytes());
  return stack && hash64(*stack) == landing.stack_hash();
}

bool is_near_equal(const pb::Landing& landing, const StoppedTask& task,
                   const std::vector<std::uint64_t>& stacks) {
  if (landing.near_page().empty()) return true;
  std::vector<RemoteAddress> pages;
  for (const std::uint64_t number : landing.near_page()) pages.emplace_back(number * kPageBytes);
  const auto near = task.memory_hash({.stacks = stacks, .pages = std::move(pages)});
  return near && *near == landing.near_hash();
}

bool is_vector_equal(const pb::Landing& landing, const StoppedTask& task) {
  const auto vector = task.vector_state();
  return vector && vector_hash(*vector) == landing.vector_hash();
}

}  // namespace

Probe probe_of(const pb::Landing& landing) {
  const Registers registers = from_trace(landing.registers());
  Probe probe{.at = RemoteAddress(registers.rip), .registers = {}, .flags = {}, .words = {}};
  for (const std::uint8_t number : kByLikelihood)
    probe.registers.push_back({number, general_register(registers, number)});
  probe.flags = registers.eflags & kProgramFlags;
  for (const pb::Word& word : landing.word()) {
    probe.words.push_back(
        {RemoteAddress(word.address()), static_cast<std::uint8_t>(word.bytes()), word.value()});
  }
  constexpr std::uint8_t kWordBytes = 8;
  const ByteView stack = as_bytes(landing.stack());
  for (std::size_t at = 0; at < stack.size(); at += kWordBytes) {
    const auto value = load<std::uint64_t>(stack, at);
    if (value) probe.words.push_back({RemoteAddress(registers.rsp) + at, kWordBytes, *value});
  }
  return probe;
}

Probe by_code(Probe probe, const Memory& memory) {
  constexpr std::uint64_t kCodeBytes = 128;
  const RemoteRange there = readable_part(memory, {probe.at, kCodeBytes});
  const auto code = read_bytes(memory, there.start, there.size);
  if (!code) return probe;
  const std::vector<std::uint8_t> changing = changing_registers(probe.at, *code);
  std::ranges::sort(probe.registers, {}, [&](const Probe::RegisterIs& one) {
    return std::pair(std::ranges::find(changing, one.number) - changing.begin(),
                     std::ranges::find(kByLikelihood, one.number) - kByLikelihood);
  });
  return probe;
}

Likeness likeness(const pb::Landing& landing, const Registers& registers, const StoppedTask& task,
                  const std::vector<std::uint64_t>& stacks) {
  const Registers recorded = from_trace(landing.registers());
  if (registers.rip != recorded.rip || registers.fs_base != recorded.fs_base ||
      registers.gs_base != recorded.gs_base || !all_equal(probe_of(landing), registers, task))
    return Likeness::kNone;
  if (!is_vector_equal(landing, task) || !is_stack_equal(landing, registers, task) ||
      !is_near_equal(landing, task, stacks))
    return Likeness::kProbed;
  if (landing.memory_hash() == 0) return Likeness::kEqual;
  const auto memory = task.memory_hash({.stacks = stacks});
  return memory && *memory == landing.memory_hash() ? Likeness::kEqual : Likeness::kAllSeen;
}

}  // namespace mecrr
