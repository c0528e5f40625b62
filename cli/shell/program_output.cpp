#include "cli/shell/program_output.h"

#include <unistd.h>

#include "base/files.h"
#include "cli/output.h"

namespace mecrr::cli {

void ProgramOutput::write(pb::Output to, ByteView bytes) {
  if (bytes.empty()) return;
  if (to == pb::OUTPUT_STDERR) {
    // As with complaints: nobody is left to tell that stderr cannot be written.
    (void)write_all(STDERR_FILENO, bytes);
  } else {
    print(as_text(bytes));
    (void)flush_output();  // what fails here fails again where the shell looks
  }
  is_in_a_line_ = bytes.back() != std::byte{'\n'};
}

void ProgramOutput::end_line() {
  if (is_in_a_line_) print("\n");
  is_in_a_line_ = false;
}

}  // namespace mecrr::cli
