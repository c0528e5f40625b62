#include "device/stack_hash.h"

#include <algorithm>

#include "base/hash.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kHeaderBytes = 64;
constexpr std::uint64_t kComponents = 0xff;  // that a header may say to be in use

/// Of what may be an XSAVE header, as far as it can be seen.
bool is_header(ByteView line) {
  const auto components = load<std::uint64_t>(line, 0);
  if (!components || *components > kComponents) return false;
  return std::ranges::all_of(line.subspan(sizeof *components),
                             [](std::byte each) { return each == std::byte{0}; });
}

}  // namespace

Result<std::uint64_t> stack_hash(const Memory& memory, RemoteRange range) {
  Bytes bytes = TRY(read_bytes(memory, range.start, range.size));
  const RemoteAddress first = range.start.rounded_up(kHeaderBytes);
  for (std::uint64_t at = first - range.start; at < bytes.size(); at += kHeaderBytes) {
    const MutableBytes line =
        MutableBytes(bytes).subspan(at, std::min<std::uint64_t>(kHeaderBytes, bytes.size() - at));
    if (is_header(line)) std::ranges::fill(line, std::byte{0});
  }
  return hash64(bytes);
}

}  // namespace mecrr
