// capget and capset: the header's version says how many data structures there are; an unknown
// version makes the kernel write the one it prefers into the header.
#include <linux/capability.h>

#include "device/calls/effects/effect.h"
#include "device/calls/errno_names.h"

namespace mecrr::calls::effects {
namespace {

constexpr std::uint64_t kVersionBytes = 4;
constexpr std::uint64_t kStructBytes = 12;  // effective, permitted, inheritable

std::uint64_t data_bytes(std::uint32_t version) {
  if (version == _LINUX_CAPABILITY_VERSION_1) return _LINUX_CAPABILITY_U32S_1 * kStructBytes;
  const bool known =
      version == _LINUX_CAPABILITY_VERSION_2 || version == _LINUX_CAPABILITY_VERSION_3;
  return known ? _LINUX_CAPABILITY_U32S_3 * kStructBytes : 0;
}

Bytes keep_version(const SystemCall& call, const Memory& memory) {
  return read_bytes(memory, RemoteAddress(call.arguments[0]), kVersionBytes).value_or(Bytes{});
}

std::vector<RemoteRange> capget_written(const SystemCall& call, ByteView kept, std::int64_t result,
                                        const Memory&) {
  const auto version = load<std::uint32_t>(kept);
  if (!version) return {};
  const std::uint64_t size = data_bytes(*version);
  if (size == 0) return {{RemoteAddress(call.arguments[0]), kVersionBytes}};
  if (is_error(result)) return {};
  return {{RemoteAddress(call.arguments[1]), size}};
}

std::vector<RemoteRange> capset_written(const SystemCall& call, ByteView kept, std::int64_t,
                                        const Memory&) {
  const auto version = load<std::uint32_t>(kept);
  if (!version || data_bytes(*version) != 0) return {};
  return {{RemoteAddress(call.arguments[0]), kVersionBytes}};
}

std::vector<Input> capset_inputs(const SystemCall& call, const Memory& memory) {
  const auto version = load<std::uint32_t>(keep_version(call, memory));
  if (!version) return {};
  return {{.range = {RemoteAddress(call.arguments[1]), data_bytes(*version)}, .argument = 1}};
}

constexpr std::string_view kHeader =
    "data as long as the version in the header says; an unknown version is replaced there";

}  // namespace

const Effect kCapget{.name = "capget",
                     .says = kHeader,
                     .keep = keep_version,
                     .written = capget_written,
                     .inputs = nullptr};

const Effect kCapset{.name = "capset",
                     .says = kHeader,
                     .keep = keep_version,
                     .written = capset_written,
                     .inputs = capset_inputs};

}  // namespace mecrr::calls::effects
