// SIOCGIFCONF: the structure has a length and a pointer to room for the list of interfaces. With a
// null pointer only the length is written.
#include "device/calls/effects/effect.h"
#include "device/calls/errno_names.h"

namespace mecrr::calls::effects {
namespace {

/// struct ifconf
struct InterfaceList {
  std::int32_t bytes;
  std::uint32_t padding;
  std::uint64_t list;
};

Bytes keep_list(const SystemCall& call, const Memory& memory) {
  return read_bytes(memory, RemoteAddress(call.arguments[2]), sizeof(InterfaceList))
      .value_or(Bytes{});
}

std::vector<RemoteRange> list_written(const SystemCall& call, ByteView kept, std::int64_t result,
                                      const Memory& memory) {
  const auto was = load<InterfaceList>(kept);
  if (!was || is_error(result) || was->list == 0) return {};
  const auto is = read_object<InterfaceList>(memory, RemoteAddress(call.arguments[2]));
  if (!is || is->bytes < 0 || is->bytes > was->bytes) return {};
  return {{RemoteAddress(was->list), static_cast<std::uint64_t>(is->bytes)}};
}

}  // namespace

const Effect kInterfaceList{
    .name = "interface list",
    .says =
        "the list is behind a pointer in the structure, as long as the structure says afterwards",
    .keep = keep_list,
    .written = list_written,
    .inputs = nullptr,
};

}  // namespace mecrr::calls::effects
