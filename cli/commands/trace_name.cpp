#include "cli/commands/trace_name.h"

#include <fmt/format.h>

#include <cerrno>

namespace mecrr::cli {

Result<Writer> create_numbered_trace(
    const std::function<Result<Writer>(const std::string& path)>& create) {
  auto writer = create("trace.pb");
  for (unsigned number = 2; !writer && writer.error().code == EEXIST; ++number)
    writer = create(fmt::format("trace-{}.pb", number));
  return writer;
}

}  // namespace mecrr::cli
