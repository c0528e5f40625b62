// `mecrr calls`: the call table as a document, which is docs/calls.md.
#include "cli/commands/commands.h"
#include "cli/output.h"
#include "device/calls/document.h"

namespace mecrr::cli {

int run(const CallsCommand&) {
  print(calls::calls_document());
  return status_of_output();
}

}  // namespace mecrr::cli
