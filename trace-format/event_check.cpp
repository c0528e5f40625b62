#include "trace-format/event_check.h"

#include "trace-format/limits.h"

namespace mecrr {

namespace {

Result<void> check_header(const pb::Header& header) {
  if (header.version() != kTraceVersion) {
    return fail("is a trace of version {}; this mecrr reads version {}", header.version(),
                kTraceVersion);
  }
  return {};
}

}  // namespace

Result<void> check_event(const pb::Event&, const EventPlace&, std::uint64_t) { return {}; }

Result<void> check_frame(const pb::Trace& trace, std::uint64_t) {
  for (const pb::Header& header : trace.header()) TRY(check_header(header));
  return {};
}

}  // namespace mecrr
