#include <cstddef>
#include <cstdint>

#include "tests/fuzz/read_trace.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mecrr::read_trace(mecrr::to_bytes(mecrr::bytes_at(data, size)));
  return 0;
}
