#include "recorder/landing/settle.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include "base/hash.h"
#include "device/code/loops.h"
#include "device/patching/probe_window.h"
#include "recorder/landing/course.h"
#include "recorder/landing/nearby.h"
#include "recorder/landing/telling_places.h"
#include "recorder/memory/maps.h"
#include "recorder/messages.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

/// So many instructions are looked at: what they read is in the landing.
constexpr std::size_t looked_at(Look look) { return look == Look::kForSpinning ? 40 : 8; }
/// Fewer if that takes long: on a busy machine a step can take a millisecond.
constexpr std::size_t kLookedAtLeast = 10;
constexpr std::chrono::milliseconds kLooking{2};
/// And so many from the place on that is chosen at last, without executing them.
constexpr std::size_t kLookedAhead = 12;
/// So many more are executed to get to a better one.
constexpr std::size_t kLookedFurther = 16;
/// How many words of memory nearby that has changed are in a landing.
constexpr std::size_t kMostChanged = 152;
/// How many instructions around are searched for loops.
constexpr std::size_t kSearched = 1500;
/// To how many places outside of a loop a task is let run at once.
constexpr std::size_t kMostExits = 16;

/// Memory that has been read or written, as words, each once, the latest last.
class Words {
 public:
  void add(RemoteRange range) {
    constexpr std::uint64_t kMost = 64;  // a vector register
    constexpr std::uint64_t kWordBytes = 8;
    if (range.size > kMost) return;
    while (range.size != 0) {
      const RemoteRange word{range.start, std::min(std::bit_floor(range.size), kWordBytes)};
      std::erase(words_, word);
      words_.push_back(word);
      range = {range.start + word.size, range.size - word.size};
    }
  }

  std::vector<RemoteAddress> addresses() const {
    std::vector<RemoteAddress> all;
    for (const RemoteRange& word : words_) all.push_back(word.start);
    return all;
  }

  /// With the values that they have now; the latest, if there are too many. Of memory that the
  /// program cannot change there is no need; and what lies below the stack is nobody's any more.
  void put_into(pb::Landing& landing, std::uint64_t stack, const std::vector<MapsLine>& writable,
                const Memory& memory) {
    constexpr std::uint64_t kRedZone = 128, kFar = 1 << 20;
    std::erase_if(words_, [&](RemoteRange word) {
      const std::uint64_t below = stack - kRedZone - word.start.value();
      return (below != 0 && below < kFar) || mapping_at(writable, word.start) == nullptr;
    });
    const auto most = static_cast<std::size_t>(kMaxLandingWords);
    const std::size_t first = words_.size() > most ? words_.size() - most : 0;
    for (const RemoteRange& word : std::span(words_).subspan(first)) {
      std::uint64_t value = 0;
      if (!memory.read(word.start, object_bytes(value).first(word.size))) continue;
      pb::Word& message = *landing.add_word();
      message.set_address(word.start.value());
      message.set_bytes(static_cast<std::uint32_t>(word.size));
      message.set_value(value);
    }
  }

 private:
  std::vector<RemoteRange> words_;
};

/// Whether the instruction is an event by itself: then the task stops at it anyway.
bool is_event(RemoteAddress here, ByteView code, const Space& space) {
  if (space.traps.contains(here) || space.patches.contains(here)) return true;
  const auto begins_with = [&](auto... octets) {
    const std::array bytes = {std::byte(octets)...};
    return code.size() >= bytes.size() && equal(code.first(bytes.size()), bytes);
  };
  return begins_with(0x0f, 0x05) || begins_with(0x0f, 0x31) || begins_with(0x0f, 0x01, 0xf9) ||
         begins_with(0xcc);
}

/// Code of a task that does not run meanwhile, page by page.
class CodePages {
 public:
  /// An instruction's bytes from an address on; fewer where they end.
  Bytes at(const Memory& memory, RemoteAddress from) {
    constexpr std::size_t kLongest = 15;
    Bytes code;
    for (RemoteAddress at = from; code.size() < kLongest;) {
      const ByteView page = page_of(memory, at.rounded_down(kPageBytes));
      const std::uint64_t offset = at - at.rounded_down(kPageBytes);
      if (page.size() <= offset) break;
      const ByteView there = page.subspan(offset);
      append(code, there.first(std::min(there.size(), kLongest - code.size())));
      at = at.rounded_down(kPageBytes) + kPageBytes;
    }
    return code;
  }

 private:
  ByteView page_of(const Memory& memory, RemoteAddress start) {
    const auto [entry, is_new] = pages_.try_emplace(start);
    if (is_new) entry->second = read_bytes(memory, start, kPageBytes).value_or(Bytes{});
    return entry->second;
  }

  std::map<RemoteAddress, Bytes> pages_;
};

/// From `top` to the end of its mapping: what is behind that may be code, which is changed by our
/// own doings.
RemoteRange stack_of(const StoppedTask& task, RemoteAddress top,
                     const std::vector<MapsLine>& writable) {
  const MapsLine* in = mapping_at(writable, top);
  if (in == nullptr) return {top, 0};
  return readable_part(
      task, {top, std::min<std::uint64_t>(in->range.end() - top, kMaxLandingStackBytes)});
}

/// From where a task has been stopped to a place with a name.
class Search {
 public:
  Search(Device& device, Ticks& ticks, OperandReader& reader, StoppedTask task, Pid process,
         const Space& space, Look look)
      : course_(device, ticks, std::move(task), process, space),
        reader_(reader),
        space_(space),
        look_(look) {}

  Result<Settled> run(std::optional<std::uint64_t> chance) {
    TRY(course_.look());
    Next next = TRY(look_around());
    if (next == Next::kGoOn) next = TRY(chance ? wander(*chance) : run_on());
    if (next == Next::kStay) next = TRY(find_probeable());
    if (next == Next::kAtEvent) return settled(AtEvent{course_.take_task()});
    if (next == Next::kOvertaken) return settled(Overtaken{course_.take_overtaken()});
    look_ahead();
    pb::Landing landing = TRY(name());
    const Registers registers = course_.registers();
    return settled(Landed{course_.take_task(), registers, std::move(landing), spins()});
  }

 private:
  enum class Next { kGoOn, kStay, kAtEvent, kOvertaken };

  Spins spins() const {
    if (spins_) return Spins::kYes;
    return look_ == Look::kForSpinning ? Spins::kNo : Spins::kNotSeen;
  }

  FetchCode fetch() {
    return [this](RemoteAddress at) { return code_.at(course_.task(), at); };
  }

  CodeGraph graph() { return {here(), fetch(), kSearched}; }

  RemoteAddress here() const { return RemoteAddress(course_.registers().rip); }

  Settled settled(std::variant<Landed, AtEvent, Overtaken> outcome) {
    return {std::move(outcome), course_.take_signals(), course_.take_calls()};
  }

  /// Step by step: what is read here, and is anything ever going to change?
  Result<Next> look_around() {
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t steps = 0; steps < looked_at(look_);) {
      const bool is_late = std::chrono::steady_clock::now() - began > kLooking;
      if (is_late && steps >= kLookedAtLeast) break;
      const Bytes code = course_.code(here());
      if (is_event(here(), code, space_)) return Next::kAtEvent;
      const Operands operands = reader_.read(code, course_.registers());
      if (operands.shows_steps) return Next::kStay;
      const auto went = TRY(operands.repeats ? pass(operands) : step(operands));
      if (went == Course::Went::kOvertaken) return Next::kOvertaken;
      if (spins_ || went == Course::Went::kNowhere) return Next::kStay;
      ++steps;
    }
    return Next::kGoOn;
  }

  Result<Course::Went> step(const Operands& operands) {
    std::vector<std::pair<RemoteRange, Bytes>> before;
    for (const MemoryOperand& operand : operands.memory) {
      words_.add(operand.range);
      if (!operand.is_written) continue;
      auto bytes = read_bytes(course_.task(), operand.range.start, operand.range.size);
      if (bytes) before.emplace_back(operand.range, *std::move(bytes));
    }
    visited_.push_back(course_.registers());
    const auto went = TRY(course_.step());
    if (went != Course::Went::kThere) return went;
    const auto has_changed = [&](const auto& memory) {
      const auto now = read_bytes(course_.task(), memory.first.start, memory.first.size);
      return !now || *now != memory.second;
    };
    if (std::ranges::any_of(before, has_changed)) visited_.clear();
    spins_ = std::ranges::find(visited_, course_.registers()) != visited_.end();
    return went;
  }

  /// A string instruction, which may be part-way: a place that a replay does not come to.
  Result<Course::Went> pass(const Operands& operands) {
    visited_.clear();
    return course_.run_to({here() + operands.length}, Course::For::kEver);
  }

  Result<void> look_nearby() {
    return look_nearby(writable_by_program(TRY(read_maps(course_.task().tid()))));
  }

  Result<void> look_nearby(const std::vector<MapsLine>& writable) {
    return nearby_.look(course_.task(), course_.registers(), words_.addresses(), writable);
  }

  /// For a while, so that what changes in each round does; and out of loops.
  Result<Next> run_on() {
    TRY(look_nearby());
    const auto went = TRY(course_.run_on());
    if (went == Course::Went::kOvertaken) return Next::kOvertaken;
    const Next next = TRY(end_of_rounds());
    if (next != Next::kStay) return next;
    TRY(look_nearby());
    return leave_loops();
  }

  /// Out of as many as it leaves soon: a replay looks for the landing each time that it comes to
  /// the place.
  Result<Next> leave_loops() {
    for (const Loop& loop : graph().loops_around(here())) {
      if (loop.exits.empty() || loop.exits.size() > kMostExits) continue;
      const auto went = TRY(course_.run_to(loop.exits, Course::For::kAShortTime));
      if (went == Course::Went::kOvertaken) return Next::kOvertaken;
      if (went == Course::Went::kThere) break;
    }
    return end_of_rounds();
  }

  /// To where it goes on in one of the functions that it is in, and from there to one of a few
  /// places there; as far as it comes to them soon.
  Result<Next> wander(std::uint64_t seed) {
    TRY(look_nearby());
    constexpr std::uint64_t kFunctionOneIn = 2, kMostPlaces = 3;
    std::mt19937_64 chance(seed);
    std::vector<RemoteAddress> places;
    if (chance() % kFunctionOneIn == 0) {
      for (const Caller& caller : find_callers(TRY(read_maps(course_.task().tid()))))
        places.push_back(caller.goes_on);
      if (TRY(run_to_some(places, 1, chance)) == Course::Went::kOvertaken) return Next::kOvertaken;
    }
    places = telling_places(graph(), fetch(), reader_, course_.registers());
    const std::uint64_t number = 1 + chance() % kMostPlaces;
    if (TRY(run_to_some(places, number, chance)) == Course::Went::kOvertaken)
      return Next::kOvertaken;
    return end_of_rounds();
  }

  std::vector<Caller> find_callers(const std::vector<MapsLine>& maps) {
    return callers(course_.task(), RemoteAddress(course_.registers().rsp), maps, fetch());
  }

  Result<Course::Went> run_to_some(const std::vector<RemoteAddress>& places, std::uint64_t number,
                                   std::mt19937_64& chance) {
    if (places.empty()) return Course::Went::kNowhere;
    std::vector<RemoteAddress> some;
    std::ranges::sample(places, std::back_inserter(some), static_cast<std::ptrdiff_t>(number),
                        chance);
    return course_.run_to(some, Course::For::kAShortTime);
  }

  /// A task that has been let run may be anywhere.
  Result<Next> end_of_rounds() {
    const Bytes code = course_.code(here());
    if (is_event(here(), code, space_)) return Next::kAtEvent;
    const Operands operands = reader_.read(code, course_.registers());
    if (!operands.repeats) return Next::kStay;
    const auto went = TRY(pass(operands));
    return went == Course::Went::kOvertaken ? Next::kOvertaken : Next::kStay;
  }

  /// A replay is fast where its probe can be a jump.
  Result<Next> find_probeable() {
    const CodeGraph around = graph();
    for (std::size_t steps = 0; steps < kLookedFurther; ++steps) {
      const Bytes code = course_.code(here());
      if (is_event(here(), code, space_)) return Next::kAtEvent;
      const Operands operands = reader_.read(code, course_.registers());
      if (operands.shows_steps || operands.repeats) break;
      // Whoever jumps into the middle of it is trapped each time.
      const auto window = ProbeWindow::of(code);
      if (window && !around.jumps_into(here() + 1, here() + window->size())) break;
      if (TRY(step(operands)) == Course::Went::kOvertaken) return Next::kOvertaken;
    }
    return Next::kStay;
  }

  /// With the registers as they are now: any memory will do that changes with the rounds.
  void look_ahead() {
    Registers ahead = course_.registers();
    for (std::size_t i = 0; i < kLookedAhead; ++i) {
      const Operands operands = reader_.read(course_.code(RemoteAddress(ahead.rip)), ahead);
      if (operands.length == 0) return;
      for (const MemoryOperand& operand : operands.memory) words_.add(operand.range);
      ahead.rip += operands.length;
    }
  }

  /// What functions further in have saved for the functions around them: the counters of their
  /// loops, say, of which the innermost knows nothing. A replay compares the top of the stack
  /// anyway.
  void look_at_callers(const std::vector<MapsLine>& maps) {
    constexpr std::uint64_t kWord = 8, kSaved = 6, kKept = 2;
    constexpr std::size_t kMost = 4;
    const RemoteAddress compared = RemoteAddress(course_.registers().rsp) + kMaxLandingStack;
    std::vector<Caller> found = find_callers(maps);
    std::erase_if(found, [&](const Caller& caller) { return caller.slot < compared; });
    if (found.size() > kMost) found.resize(kMost);
    for (const Caller& caller : found) {
      for (std::uint64_t i = 1; i <= kSaved; ++i)
        words_.add({RemoteAddress(caller.slot.value() - i * kWord), kWord});
      for (std::uint64_t i = 1; i <= kKept; ++i) words_.add({caller.slot + i * kWord, kWord});
    }
  }

  Result<pb::Landing> name() {
    const StoppedTask& task = course_.task();
    const std::vector<MapsLine> maps = TRY(read_maps(task.tid()));
    const std::vector<MapsLine> writable = writable_by_program(maps);
    TRY(look_nearby(writable));
    std::vector<RemoteRange> changed = nearby_.changed();
    if (changed.size() > kMostChanged) changed.resize(kMostChanged);
    for (const RemoteRange& word : changed) words_.add(word);
    look_at_callers(maps);
    pb::Landing landing;
    for (const RemoteAddress page : nearby_.pages())
      landing.add_near_page(page.value() / kPageBytes);
    *landing.mutable_registers() = message_of(course_.registers());
    landing.set_vector_hash(vector_hash(TRY(task.vector_state())));
    words_.put_into(landing, course_.registers().rsp, writable, task);
    const RemoteRange stack = stack_of(task, RemoteAddress(course_.registers().rsp), writable);
    const Bytes bytes = TRY(read_bytes(task, stack.start, stack.size));
    landing.set_stack_bytes(static_cast<std::uint32_t>(bytes.size()));
    landing.set_stack_hash(hash64(bytes));
    const std::size_t start = std::min(bytes.size() / 8 * 8, kMaxLandingStack);
    landing.set_stack(as_chars(bytes), start);
    return landing;
  }

  Course course_;
  OperandReader& reader_;
  const Space& space_;
  Look look_;
  CodePages code_;
  Words words_;
  Nearby nearby_;
  std::vector<Registers> visited_;  // since memory changed last
  bool spins_ = false;
};

}  // namespace

Result<bool> Settling::can_be_stepped(const StoppedTask& task) {
  const Registers registers = TRY(task.registers());
  constexpr std::uint64_t kLongest = 15;
  const RemoteRange there = readable_part(task, {RemoteAddress(registers.rip), kLongest});
  const Operands operands =
      operands_.read(TRY(read_bytes(task, there.start, there.size)), registers);
  return operands.length != 0 && !operands.shows_steps;
}

Result<Settled> Settling::settle(StoppedTask task, Pid process, const Space& space, Look look,
                                 std::optional<std::uint64_t> chance) {
  return Search(device_, ticks_, operands_, std::move(task), process, space, look).run(chance);
}

}  // namespace mecrr
