// A call through the agent, compared with what the call table says of it, and then answered.
#pragma once

#include <array>
#include <cstdint>

#include "device/memory.h"
#include "tests/device/agent/site.h"

namespace mecrr::agent {

/// The test's own memory; what is not there fails, and does not fault.
class OwnMemory final : public Memory {
 public:
  Result<void> read(RemoteAddress from, MutableBytes into) const override;
};

/// Memory for a call's arguments: all that it reads and writes must lie in here.
class Arena {
 public:
  static constexpr std::size_t kBytes = 512 * 1024;

  Arena();

  /// `size` bytes, or a copy of something, that no other has; aligned to 16.
  std::uint64_t room(std::size_t size);
  std::uint64_t bytes(ByteView bytes);
  std::uint64_t text(std::string_view text);
  template <PlainObject T>
  std::uint64_t object(const T& value) {
    return bytes(object_bytes(value));
  }

  Bytes& memory() { return memory_; }

 private:
  Bytes memory_;
  std::size_t used_ = 0;
};

/// Makes the call, expects that the agent has made it, and that its record holds
///   its number, arguments, rip, rsp;
///   calls::inputs(), in that order, with texts and hashes;
///   at least calls::written();
/// and that answering it from the record gives the same result and memory without a call.
/// @return the result
std::int64_t expect_recorded(Site& site, Arena& arena, std::uint32_t number,
                             std::array<std::uint64_t, 6> arguments = {});

/// Makes the call and expects a stop, with the arena as it was.
void expect_stop(Site& site, Arena& arena, Abandoned why, std::uint32_t number,
                 std::array<std::uint64_t, 6> arguments = {});

}  // namespace mecrr::agent
