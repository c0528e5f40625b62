#pragma once

// The mappings of one replayed address space: made and changed as the trace says, in the task and
// in a table of ours. Tasks that share memory share one AddressSpace; a fork copies it.
//
// The trace is not believed: ranges must be whole pages of a program's own addresses, outside
// mecrr's region. What an error says lacks the place in the trace; callers add it.
//
// The table follows what the trace says. Where the kernel knows better (a stack that grows on
// demand), its rows can be shorter than the truth: they are for people, for symbols, and for moving
// mappings that are backed by files; what is performed does not otherwise depend on them.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/remote_address.h"
#include "device/task.h"
#include "replayer/mapped_range.h"
#include "replayer/memory/backing.h"
#include "replayer/memory/patches.h"
#include "trace-format/trace.pb.h"

namespace mecrr {

/// Whether a change that cannot be made is the trace's mistake. The recorded call may have failed
/// half-way (mprotect over a hole): then what can be changed is changed, and the rest fails again.
enum class MayFail : bool { kNo, kYes };

class AddressSpace {
 public:
  /// `backing` outlives this.
  explicit AddressSpace(Backing& backing) : backing_(&backing) {}

  /// Of a fork's child.
  AddressSpace forked() const;

  /// `task` runs in this address space; it performs the calls.
  Result<void> map(StoppedTask& task, const pb::Mapping& mapping);
  Result<void> change(StoppedTask& task, const pb::Change& change, MayFail may_fail);

  /// A kernel write of the trace. Fails where nothing is mapped.
  Result<void> write(StoppedTask& task, const pb::Write& write) const;

  /// Lowest first.
  std::vector<MappedRange> mappings() const;

  /// Puts the original instructions into `bytes`, which were read at `from`, in place of traps and
  /// patches.
  void hide_replaced(RemoteAddress from, MutableBytes bytes) const;

  /// Whether a trap is at `address`, which has taken the place of an instruction.
  bool has_trap(RemoteAddress address) const { return traps_.contains(address.value()); }

  // Patches are there all the time, as they were in the recording, but where a task is watched.

  /// Makes the program's code lead to the agent, or puts the original back. Memory for the stub is
  /// mapped if there is none yet.
  Result<void> patch(StoppedTask& task, const pb::Patch& patch);
  /// What the program's cpuid answers. Once, before it runs.
  Result<void> answer_cpuid(StoppedTask& task,
                            const google::protobuf::RepeatedPtrField<pb::CpuidRow>& rows);
  /// For a task that has stopped behind an int3: what the cpuid answers that it stands for. Null if
  /// it is something else, or an event of the trace.
  const agent::CpuidRow* cpuid_answer(const StoppedTask& task, const Registers& registers) const;
  /// Whether a task that stands there stands inside of instructions that are patched away.
  bool is_inside_patch(RemoteAddress address) const;
  /// Puts the original code in place of the patch at `address`, or whose `syscall` is there, until
  /// cover(). Nothing if there is none.
  Result<void> uncover(StoppedTask& task, RemoteAddress address);
  /// Patches all again that have been uncovered.
  Result<void> cover(StoppedTask& task);
  /// Where in the program a task is that has stopped in a stub; empty if it is in none.
  std::optional<RemoteAddress> program_address(RemoteAddress rip) const;
  /// Whether this is memory of mecrr's: the agent, a stub.
  bool is_mecrrs(RemoteAddress address) const;

 private:
  enum class Kind { kAnonymous, kContent, kObject };

  /// A range of pages of one kind. Files that end inside a mapping make two segments of it.
  struct Segment {
    std::uint64_t size = 0;
    int protection = 0;
    int flags = 0;  ///< of MAP_SHARED, MAP_PRIVATE, MAP_GROWSDOWN
    Kind kind = Kind::kAnonymous;
    std::uint64_t number = 0;  ///< of the content or object
    std::uint64_t offset = 0;  ///< in it
    bool beyond = false;       ///< behind the file's end
    bool forks = true;         ///< not MADV_DONTFORK
    bool read_only = false;    ///< can never be made writable: ObjectRef.read_only
    std::string name;
  };
  using Segments = std::map<std::uint64_t, Segment>;  ///< by address; they do not overlap

  Result<void> unmap(StoppedTask& task, const pb::Range& range, MayFail may_fail);
  Result<void> protect(StoppedTask& task, const pb::Protect& protect, MayFail may_fail);
  Result<void> advise(StoppedTask& task, const pb::Advise& advise, MayFail may_fail);
  Result<void> move(StoppedTask& task, const pb::Move& move);
  Result<void> move_pieces(StoppedTask& task, const pb::Move& move, std::uint64_t size);
  Result<void> extend(StoppedTask& task, const pb::Move& move, const Segment& last);

  /// Maps `segment` at `start`, of which the file reaches `valid` bytes.
  Result<void> map_segment(StoppedTask& task, std::uint64_t start, Segment segment,
                           std::uint64_t valid);
  Result<void> map_piece(StoppedTask& task, std::uint64_t start, const Segment& segment);
  Result<void> set_traps(StoppedTask& task, const pb::Mapping& mapping);

  // The table alone.
  void split(std::uint64_t at);
  Segments::iterator first_in(std::uint64_t start);
  void forget(std::uint64_t start, std::uint64_t size);
  void move_traps(const pb::Move& move, std::uint64_t size);
  bool is_mapped(RemoteRange range) const;
  bool is_private(RemoteRange range) const;

  // address_space_patch.cpp
  Result<RemoteRange> checked_site(const pb::Patch& patch) const;
  Result<void> restore(StoppedTask& task, RemoteRange site, ByteView code);
  Result<void> make_room(StoppedTask& task, RemoteRange stub);

  Backing* backing_;
  Segments segments_;
  std::map<std::uint64_t, std::byte> traps_;  // address to the byte that int3 has replaced
  Patches patches_;
  std::shared_ptr<const agent::CpuidTable> cpuid_;  // null: each is an event
  std::set<std::uint64_t> stub_blocks_;             // addresses of those that are mapped
  std::set<std::uint64_t> uncovered_;  // sites whose original code is in memory for now
};

/// Whether these are whole pages of a program's own addresses, at least one.
Result<RemoteRange> checked_pages(std::uint64_t start, std::uint64_t size);

}  // namespace mecrr
