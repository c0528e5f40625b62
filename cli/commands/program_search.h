// Finding a program by its name, as shells do.
#pragma once

#include <string>

#include "base/error.h"

namespace mecrr::cli {

/// The file to execute for `name`: itself if it has a slash, else the first one in the directories
/// of `path` (as $PATH has them, an empty one being the working directory) that may be executed.
/// Fails with ENOENT if there is none, with EACCES for a directory or without the right to execute.
Result<std::string> find_program(const std::string& name, const std::string& path);

/// $PATH, or what the system takes if there is none.
std::string search_path();

}  // namespace mecrr::cli
