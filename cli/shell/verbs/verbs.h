// All verbs, and the topics of `info`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cli/shell/verbs/verb.h"

namespace mecrr::cli {

/// By name.
std::span<const Verb* const> verbs();

/// What follows `info`.
struct Topic {
  std::string_view name;
  std::string_view arguments;
  std::string_view summary;
  Result<void> (*run)(Session& session, std::string_view arguments);
};
std::span<const Topic* const> topics();

/// The verb, or topic, that a word means: its name, an abbreviation, or the beginning of one name
/// only. Fails with a line that says what there is.
Result<const Verb*> find_verb(std::string_view word);
Result<const Topic*> find_topic(std::string_view word);

/// The first word of a line, and the rest; blanks around both are cut off. `x/4i main` begins with
/// the word `x`.
struct Line {
  std::string_view word;
  std::string_view rest;
};
Line split(std::string_view line);

/// The words of a text that blanks separate.
std::vector<std::string_view> words(std::string_view text);

/// A count that is written in decimal; `otherwise` for no text.
Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t otherwise);

// Each is in the file of its name.
extern const Verb kBacktrace, kBreak, kCalls, kCondition, kContinue, kDelete, kDisassemble, kHelp,
    kIgnore, kInfo, kQuit, kSeek, kStepi, kThread, kWhen, kX;
extern const Topic kInfoBreakpoints, kInfoEvents, kInfoProcesses, kInfoRegisters, kInfoThreads;

}  // namespace mecrr::cli
