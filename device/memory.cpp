#include "device/memory.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace mecrr {
namespace {

std::uint64_t bytes_to_page_end(RemoteAddress address) {
  return kPageBytes - address.value() % kPageBytes;
}

}  // namespace

Result<std::string> read_string(const Memory& memory, RemoteAddress from, std::size_t max) {
  constexpr std::size_t kStep = 256;  // most strings are paths: short
  std::string text;
  std::array<std::byte, kStep> buffer;
  while (text.size() < max) {
    const RemoteAddress at = from + text.size();
    const std::size_t step =
        std::min<std::uint64_t>({kStep, max - text.size(), bytes_to_page_end(at)});
    const MutableBytes piece = MutableBytes(buffer).first(step);
    TRY(memory.read(at, piece));
    const auto zero = std::find(piece.begin(), piece.end(), std::byte{0});
    text += as_text(piece.first(zero - piece.begin()));
    if (zero != piece.end()) return text;
  }
  return fail_with_code(ENAMETOOLONG, "string at {} has more than {} bytes", from, max);
}

Result<Bytes> read_bytes(const Memory& memory, RemoteAddress from, std::size_t size) {
  Bytes bytes(size);
  TRY(memory.read(from, bytes));
  return bytes;
}

RemoteRange readable_part(const Memory& memory, RemoteRange range) {
  if (!range.is_valid()) range.size = ~std::uint64_t{0} - range.start.value();
  std::uint64_t readable = 0;
  while (readable < range.size) {
    std::array<std::byte, 1> probe;
    const RemoteAddress at = range.start + readable;
    if (!memory.read(at, probe)) break;
    readable += std::min(bytes_to_page_end(at), range.size - readable);
  }
  return {range.start, readable};
}

}  // namespace mecrr
