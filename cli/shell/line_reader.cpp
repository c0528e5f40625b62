#include "cli/shell/line_reader.h"

#include <poll.h>

#include <cstdio>
// Readline's headers need FILE, and so come behind that one.
#include <readline/history.h>
#include <readline/readline.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/files.h"
#include "cli/output.h"

namespace mecrr::cli {
namespace {

constexpr int kMostHistory = 2000;

// Readline's hooks are functions without a context.
Complete complete_word;
std::vector<std::string> candidates;
bool is_broken_off = false;
std::atomic<bool>* interrupted = nullptr;

char* next_candidate(const char*, int state) {
  static std::size_t next = 0;
  if (state == 0) next = 0;
  return next < candidates.size() ? ::strdup(candidates[next++].c_str()) : nullptr;
}

char** complete(const char* word, int start, int) {
  rl_attempted_completion_over = 1;  // no file names
  const std::string line(rl_line_buffer, static_cast<std::size_t>(start) + std::strlen(word));
  candidates = complete_word(line, static_cast<std::size_t>(start));
  return ::rl_completion_matches(word, next_candidate);
}

/// Waits for input, or for a signal. @return whether there is input (or its end). SIGINT is blocked
/// but while we sleep: one that comes just before would otherwise not wake us.
bool wait_for_input() {
  sigset_t interrupt, before;
  ::sigemptyset(&interrupt);
  ::sigaddset(&interrupt, SIGINT);
  ::sigprocmask(SIG_BLOCK, &interrupt, &before);
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  // Readline's handler only takes note of the signal; ours runs in rl_check_signals().
  if (::rl_pending_signal() == 0 && !*interrupted) ::ppoll(&input, 1, nullptr, &before);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  ::rl_check_signals();
  return input.revents != 0;
}

// Ctrl-C gives up the line: it is emptied, and accepted as if Enter had been pressed. Readline's
// own rl_getc() would go on reading, whatever a hook does.
int next_byte(FILE*) {
  while (true) {
    const bool has_input = wait_for_input();
    if (interrupted->exchange(false)) {
      is_broken_off = true;
      ::rl_replace_line("", 1);
      return '\n';
    }
    if (!has_input) continue;
    unsigned char byte = 0;
    const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
    if (got == 1) return byte;
    if (got == 0 || errno != EINTR) return EOF;
  }
}

/// The file's directories are made if they are not there.
std::string history_path() {
  namespace fs = std::filesystem;
  const char* state = ::getenv("XDG_STATE_HOME");
  const char* home = ::getenv("HOME");
  if ((state == nullptr || *state != '/') && (home == nullptr || *home != '/')) return {};
  const fs::path directory =
      (state != nullptr && *state == '/' ? fs::path(state) : fs::path(home) / ".local/state") /
      "mecrr";
  std::error_code error;
  fs::create_directories(directory, error);
  return error ? std::string() : (directory / "history").string();
}

}  // namespace

std::optional<std::string> ScriptReader::next() {
  while (true) {
    const std::size_t end = buffered_.find('\n');
    if (end != std::string::npos || (at_end_ && !buffered_.empty())) {
      std::string line = buffered_.substr(0, end);
      buffered_.erase(0, end == std::string::npos ? end : end + 1);
      return line;
    }
    if (at_end_) return std::nullopt;
    std::array<char, 4096> more;
    const ssize_t got = ::read(STDIN_FILENO, more.data(), more.size());
    if (got > 0) buffered_.append(more.data(), static_cast<std::size_t>(got));
    at_end_ = got <= 0 && !(got < 0 && errno == EINTR);
  }
}

TerminalReader::TerminalReader(std::string prompt, std::atomic<bool>& set_by_ctrl_c,
                               Complete complete)
    : prompt_(std::move(prompt)), history_file_(history_path()) {
  complete_word = std::move(complete);
  rl_readline_name = "mecrr";
  rl_attempted_completion_function = cli::complete;
  rl_completer_word_break_characters = " \t*+-";
  rl_getc_function = next_byte;
  interrupted = &set_by_ctrl_c;
  ::using_history();
  ::stifle_history(kMostHistory);
  if (!history_file_.empty()) ::read_history(history_file_.c_str());
}

TerminalReader::~TerminalReader() {
  // A history that cannot be written is no reason to bother anybody.
  if (!history_file_.empty()) (void)::write_history(history_file_.c_str());
  rl_attempted_completion_function = nullptr;
  rl_getc_function = ::rl_getc;
  complete_word = nullptr;
}

std::optional<std::string> TerminalReader::next() {
  while (true) {
    is_broken_off = false;
    *interrupted = false;
    char* typed = ::readline(prompt_.c_str());
    if (typed == nullptr) return std::nullopt;
    std::string line = typed;
    ::free(typed);
    if (is_broken_off) continue;
    const HIST_ENTRY* last =
        history_length == 0 ? nullptr : ::history_get(history_base + history_length - 1);
    if (!line.empty() && (last == nullptr || line != last->line)) ::add_history(line.c_str());
    return line;
  }
}

}  // namespace mecrr::cli
