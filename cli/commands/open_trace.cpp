#include "cli/commands/open_trace.h"

#include <fmt/format.h>

#include "cli/output.h"

namespace mecrr::cli {

std::unique_ptr<Reader> open_trace(const std::string& path) {
  auto reader = Reader::open(path);
  if (!reader) {
    complain(reader.error());
    return nullptr;
  }
  if (const auto& damage = (*reader)->damage()) complain(*damage);
  return *std::move(reader);
}

std::string ending_text(const pb::Ending& ending) {
  switch (ending.reason()) {
    case pb::Ending::ALL_EXITED:
      return "all processes have ended";
    case pb::Ending::INTERRUPTED:
      return "mecrr was told to stop";
    case pb::Ending::TRACE_NOT_WRITABLE:
      return fmt::format("the trace could not be written any further: {}", ending.message());
    case pb::Ending::RECORDER_FAILED:
      return fmt::format("mecrr could not go on: {}", ending.message());
    default:
      return "for a reason that this version does not know";
  }
}

}  // namespace mecrr::cli
