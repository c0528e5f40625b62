// Lines that a person types, with editing, history and completion; or the lines of a script.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mecrr::cli {

class LineReader {
 public:
  virtual ~LineReader() = default;
  /// Without the newline; empty at the end of the input. A line that Ctrl-C has broken off is not
  /// given to anybody.
  virtual std::optional<std::string> next() = 0;
};

/// What the word that begins at `start` of `line`, and ends where the line does, can become.
using Complete = std::function<std::vector<std::string>(std::string_view line, std::size_t start)>;

/// From stdin, whether a terminal or not.
class ScriptReader final : public LineReader {
 public:
  std::optional<std::string> next() override;

 private:
  std::string buffered_;
  bool at_end_ = false;
};

/// By Readline. There is one at a time. History is kept in a file: $XDG_STATE_HOME/mecrr/history.
class TerminalReader final : public LineReader {
 public:
  /// Who handles SIGINT sets `set_by_ctrl_c`, which is cleared here.
  TerminalReader(std::string prompt, std::atomic<bool>& set_by_ctrl_c, Complete complete);
  ~TerminalReader() override;
  TerminalReader(const TerminalReader&) = delete;
  TerminalReader& operator=(const TerminalReader&) = delete;
  std::optional<std::string> next() override;

 private:
  std::string prompt_;
  std::string history_file_;  // empty if there is no place for one
};

}  // namespace mecrr::cli
