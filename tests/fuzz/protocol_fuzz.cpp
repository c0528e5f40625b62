// Lines of the protocol from strangers: the first is the call that the task stands at, the second
// what comes then. Neither crashes; and what has been understood is printed and understood the same
// again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "device/calls/table.h"
#include "device/protocol/parse.h"
#include "device/protocol/pieces.h"
#include "device/protocol/text.h"

namespace mecrr::protocol {
namespace {

constexpr Limits kExact{.addresses = Addresses::kShown};

void expect_same_again(const Stop& stop, const SystemCall& current) {
  const RecordedPieces nothing;
  const std::string line = text_of(stop, nothing, kExact);
  const auto again = parse_stop(line, current);
  MECRR_CHECK(again.has_value(), "{}: {}", line, again.error());
  const std::string once_more = text_of(*again, nothing, kExact);
  MECRR_CHECK(once_more == line, "{} became {}", line, once_more);
}

void expect_same_again(const Command& command, const SystemCall& current) {
  const RecordedPieces nothing;
  const std::string line = text_of(command, nothing, kExact);
  const auto again = parse_reply(line, current);
  MECRR_CHECK(again.has_value(), "{}: {}", line, again.error());
}

void read_lines(std::string_view text) {
  const std::size_t end = text.find('\n');
  const std::string_view rest = end == std::string_view::npos ? "" : text.substr(end + 1);
  const auto call = parse_call(text.substr(0, end), {});
  const SystemCall current = call ? call->call : SystemCall{};
  if (const auto stop = parse_stop(rest, current)) expect_same_again(*stop, current);
  const auto reply = parse_reply(rest, current);
  if (!reply) return;
  if (const auto* command = std::get_if<Command>(&*reply)) expect_same_again(*command, current);
}

}  // namespace
}  // namespace mecrr::protocol

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mecrr::protocol::read_lines(mecrr::as_text(mecrr::bytes_at(data, size)));
  return 0;
}
