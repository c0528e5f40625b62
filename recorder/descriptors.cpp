#include "recorder/descriptors.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <string>

#include "recorder/memory/tracee_files.h"
#include "recorder/written_descriptors.h"

namespace mecrr {
namespace {

using agent::Descriptor;

/// null, zero, full, random, urandom.
bool never_waits(dev_t device) {
  const unsigned number = minor(device);
  return major(device) == 1 && (number == 3 || number == 5 || (number >= 7 && number <= 9));
}

bool never_waits(const struct stat& status) {
  if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) return true;
  return S_ISCHR(status.st_mode) && never_waits(status.st_rdev);
}

/// Files of /proc whose reads are put right from outside: memory, for its code (own_code.h), and
/// status, for the cores that a task may run on.
bool is_put_right(Tid tid, int descriptor) {
  const std::string path = descriptor_path(tid, descriptor);
  return path.starts_with("/proc/") && (path.ends_with("/mem") || path.ends_with("/status"));
}

}  // namespace

Descriptor kind_of_descriptor(Tid tid, int descriptor, const IsMapped& is_mapped) {
  const auto status = stat_of_descriptor(tid, descriptor);
  if (!status) return Descriptor::kUnknown;
  const bool waits = !never_waits(*status);
  const bool is_file = S_ISREG(status->st_mode);
  if (is_file && is_put_right(tid, descriptor)) return Descriptor::kStops;
  const bool is_written = is_file && is_writable(tid, descriptor);
  if (is_written && is_mapped({status->st_dev, status->st_ino})) return Descriptor::kStops;
  switch (output_behind(tid, descriptor)) {
    case pb::OUTPUT_STDOUT:
      return waits ? Descriptor::kStdoutMayWait : Descriptor::kStdout;
    case pb::OUTPUT_STDERR:
      return waits ? Descriptor::kStderrMayWait : Descriptor::kStderr;
    default:
      break;
  }
  if (is_written) return Descriptor::kWrittenFile;
  return waits ? Descriptor::kMayWait : Descriptor::kNeverWaits;
}

}  // namespace mecrr
