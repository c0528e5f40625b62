// What the replayed program writes, among what the shell says.
#pragma once

#include "base/bytes.h"
#include "trace-format/trace.pb.h"

namespace mecrr::cli {

class ProgramOutput {
 public:
  /// To our stdout or stderr, as it is: it is the program's own.
  void write(pb::Output to, ByteView bytes);

  /// Ends the line that the program has left unfinished, so that the shell can begin one.
  void end_line();

 private:
  bool is_in_a_line_ = false;
};

}  // namespace mecrr::cli
