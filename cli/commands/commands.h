// The commands, each in a file of its name. All return the status to exit with, and have told the
// user what there was to tell.
#pragma once

#include "cli/options.h"

namespace mecrr::cli {

int run(const RecordCommand& command);
int run(const ReplayCommand& command);
int run(const DumpCommand& command);
int run(const InfoCommand& command);
int run(const PsCommand& command);
int run(const CallsCommand& command);

}  // namespace mecrr::cli
