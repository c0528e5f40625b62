#include "cli/commands/program_search.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace mecrr::cli {
namespace {

/// 0 if the file can be executed, or the errno that says why not.
int why_not_executable(const std::string& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return errno;
  if (S_ISDIR(status.st_mode)) return EISDIR;
  if (!S_ISREG(status.st_mode)) return EACCES;
  if (::faccessat(AT_FDCWD, file.c_str(), X_OK, AT_EACCESS) != 0) return errno;
  return 0;
}

Result<std::string> check(const std::string& file) {
  const int code = why_not_executable(file);
  if (code == 0) return file;
  if (code == EISDIR) return std::unexpected(Error{file + ": is a directory", EACCES});
  return fail_with_code(code, "{}", file);
}

}  // namespace

Result<std::string> find_program(const std::string& name, const std::string& path) {
  if (name.find('/') != std::string::npos) return check(name);
  std::string forbidden;  // the first that is there but may not be executed
  for (std::size_t start = 0; !name.empty() && start <= path.size();) {
    const std::size_t end = std::min(path.find(':', start), path.size());
    const std::string directory = path.substr(start, end - start);
    const std::string file = (directory.empty() ? "." : directory) + "/" + name;
    const int code = why_not_executable(file);
    if (code == 0) return file;
    if (code == EACCES && forbidden.empty()) forbidden = file;
    start = end + 1;
  }
  if (!forbidden.empty()) return fail_with_code(EACCES, "{}", forbidden);
  return std::unexpected(Error{name + ": no such program in PATH", ENOENT});
}

std::string search_path() {
  if (const char* path = ::getenv("PATH")) return path;
  std::string path(::confstr(_CS_PATH, nullptr, 0), '\0');
  path.resize(::confstr(_CS_PATH, path.data(), path.size()) - 1);
  return path;
}

}  // namespace mecrr::cli
