#include "recorder/landing/telling_places.h"

#include <sys/mman.h>

#include <algorithm>

#include "device/code/machine_code.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kWordBytes = 8;

/// From a stack pointer on, and a little below it.
bool is_stack(RemoteAddress at, std::uint64_t stack_pointer) {
  constexpr std::uint64_t kBelow = 256, kFrames = 1 << 16;
  return at.value() - (stack_pointer - kBelow) < kFrames;
}

bool is_indirect_call(ByteView code) {
  constexpr std::byte kRex{0x40}, kRexMask{0xf0}, kGroup{0xff};
  constexpr unsigned kCallField = 2;
  if (!code.empty() && (code[0] & kRexMask) == kRex) code = code.subspan(1);
  return code.size() >= 2 && code[0] == kGroup &&
         (std::to_integer<unsigned>(code[1]) >> 3 & 7) == kCallField;
}

bool is_call(ByteView code, const InstructionShape& shape) {
  return shape.is_call || is_indirect_call(code);
}

bool is_behind_call(RemoteAddress at, const FetchCode& fetch) {
  constexpr std::uint64_t kShortest = 2, kLongest = 8;
  for (std::uint64_t length = kShortest; length <= kLongest; ++length) {
    const Bytes code = fetch(RemoteAddress(at.value() - length));
    const auto shape = shape_of(code);
    if (shape && shape->length == length && is_call(code, *shape)) return true;
  }
  return false;
}

bool is_code_from_file(RemoteAddress at, const std::vector<MapsLine>& maps) {
  const MapsLine* const line = mapping_at(maps, at);
  return line != nullptr && (line->protection & PROT_EXEC) != 0 && line->inode != 0 &&
         !line->shared;
}

}  // namespace

std::vector<RemoteAddress> telling_places(const CodeGraph& code, const FetchCode& fetch,
                                          OperandReader& reader, Registers registers) {
  std::vector<RemoteAddress> places;
  for (const RemoteAddress at : code.instructions()) {
    const Bytes bytes = fetch(at);
    const auto shape = shape_of(bytes);
    if (!shape || shape->flow == Flow::kTarget || shape->flow == Flow::kElsewhere) continue;
    registers.rip = at.value();
    const Operands operands = reader.read(bytes, registers);
    const bool sees_others = std::ranges::any_of(operands.memory, [&](const MemoryOperand& m) {
      return !is_stack(m.range.start, registers.rsp);
    });
    if (sees_others || is_call(bytes, *shape)) places.push_back(at + shape->length);
  }
  return places;
}

std::vector<Caller> callers(const Memory& memory, RemoteAddress stack_pointer,
                            const std::vector<MapsLine>& maps, const FetchCode& fetch) {
  constexpr std::uint64_t kLookedAt = 4096;
  constexpr std::size_t kMost = 8;
  std::vector<Caller> found;
  const RemoteRange there = readable_part(memory, {stack_pointer, kLookedAt});
  const auto stack = read_bytes(memory, there.start, there.size);
  if (!stack) return found;
  for (std::size_t at = 0; at + kWordBytes <= stack->size() && found.size() < kMost;
       at += kWordBytes) {
    const RemoteAddress word(load<std::uint64_t>(*stack, at).value_or(0));
    if (is_code_from_file(word, maps) && is_behind_call(word, fetch))
      found.push_back({there.start + at, word});
  }
  return found;
}

}  // namespace mecrr
