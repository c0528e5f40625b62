#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/read_trace.h"
#include "trace-format/frame.h"

// Messages to frames: their checksums are right, whatever the messages are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mecrr::Bytes file;
  mecrr::ByteView left = mecrr::bytes_at(data, size);
  while (const auto length = mecrr::load<std::uint16_t>(left)) {
    left = left.subspan(sizeof *length);
    const mecrr::ByteView message = left.first(std::min<std::size_t>(*length, left.size()));
    left = left.subspan(message.size());
    if (!message.empty()) mecrr::append_frame(file, message);
  }
  mecrr::read_trace(std::move(file));
  return 0;
}
