#include "cli/output.h"

#include <unistd.h>

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/files.h"
#include "cli/text/escape.h"

namespace mecrr::cli {
namespace {

constexpr std::size_t kBufferedBytes = 64 << 10;

std::string buffered;
std::optional<Error> failed;  // the first error, after which nothing is written

void write_buffered() {
  if (!failed) {
    if (auto written = write_all(STDOUT_FILENO, as_bytes(buffered)); !written)
      failed = std::move(written).error();
  }
  buffered.clear();
}

}  // namespace

void complain(std::string_view line) {
  const std::string text = "mecrr: " + escaped(line) + "\n";
  // Where stderr is closed or full there is nobody left to tell.
  (void)write_all(STDERR_FILENO, as_bytes(text));
}

void complain_at_length(std::string_view lines) {
  const std::string text = "mecrr: " + escaped_lines(lines) + "\n";
  (void)write_all(STDERR_FILENO, as_bytes(text));
}

void print(std::string_view text) {
  buffered += text;
  if (buffered.size() >= kBufferedBytes) write_buffered();
}

Result<void> flush_output() {
  write_buffered();
  if (failed) return std::unexpected(*failed);
  return {};
}

int status_of_output() {
  const auto flushed = with_context(flush_output(), "standard output");
  if (flushed) return kSuccess;
  complain(flushed.error());
  return kFailure;
}

}  // namespace mecrr::cli
