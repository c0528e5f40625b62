// clone and clone3 write the new task's id, and a descriptor for it, where flags say so: in the
// parent's memory before the child runs, and in the child's memory before its first instruction
// (there the result is 0).
#include <sched.h>

#include "device/calls/effects/effect.h"

namespace mecrr::calls::effects {
namespace {

/// struct clone_args, its first version; later ones are longer.
struct CloneArguments {
  std::uint64_t flags;
  std::uint64_t pidfd;
  std::uint64_t child_tid;
  std::uint64_t parent_tid;
};

std::vector<RemoteRange> written(const CloneArguments& arguments, std::int64_t result) {
  const auto word = [](std::uint64_t address) {
    return RemoteRange{RemoteAddress(address), sizeof(pid_t)};
  };
  std::vector<RemoteRange> ranges;
  if (result > 0 && (arguments.flags & CLONE_PIDFD) != 0) ranges.push_back(word(arguments.pidfd));
  if (result > 0 && (arguments.flags & CLONE_PARENT_SETTID) != 0)
    ranges.push_back(word(arguments.parent_tid));
  if (result == 0 && (arguments.flags & CLONE_CHILD_SETTID) != 0)
    ranges.push_back(word(arguments.child_tid));
  return ranges;
}

std::vector<RemoteRange> clone_written(const SystemCall& call, ByteView, std::int64_t result,
                                       const Memory&) {
  // Of the old call, the parent's word is also the place for the descriptor.
  const auto& [flags, stack, parent_tid, child_tid, tls, unused] = call.arguments;
  return written(
      {.flags = flags, .pidfd = parent_tid, .child_tid = child_tid, .parent_tid = parent_tid},
      result);
}

Bytes clone3_keep(const SystemCall& call, const Memory& memory) {
  return read_bytes(memory, RemoteAddress(call.arguments[0]), sizeof(CloneArguments))
      .value_or(Bytes{});
}

std::vector<RemoteRange> clone3_written(const SystemCall&, ByteView kept, std::int64_t result,
                                        const Memory&) {
  const auto arguments = load<CloneArguments>(kept);
  return arguments ? written(*arguments, result) : std::vector<RemoteRange>{};
}

}  // namespace

const Effect kClone{
    .name = "clone",
    .says =
        "writes the new task's id and descriptor where CLONE_PARENT_SETTID, CLONE_CHILD_SETTID and "
        "CLONE_PIDFD say",
    .keep = nullptr,
    .written = clone_written,
    .inputs = nullptr,
};
const Effect kClone3{
    .name = "clone3",
    .says =
        "writes the new task's id and descriptor where CLONE_PARENT_SETTID, CLONE_CHILD_SETTID and "
        "CLONE_PIDFD say",
    .keep = clone3_keep,
    .written = clone3_written,
    .inputs = nullptr,
};

}  // namespace mecrr::calls::effects
