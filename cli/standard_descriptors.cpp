#include "cli/standard_descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/files.h"

namespace mecrr::cli {

Result<void> occupy_standard_descriptors() {
  while (true) {
    UniqueFd lowest = TRY(open_file("/dev/null", O_RDWR));
    if (lowest.get() > STDERR_FILENO) return {};
    (void)lowest.release();  // it stays open until the end
  }
}

}  // namespace mecrr::cli
