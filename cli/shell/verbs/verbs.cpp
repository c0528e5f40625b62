#include "cli/shell/verbs/verbs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace mecrr::cli {
namespace {

constexpr std::array kVerbs = {&kBacktrace,   &kBreak,  &kCalls,  &kCondition, &kContinue, &kDelete,
                               &kDisassemble, &kHelp,   &kIgnore, &kInfo,      &kQuit,     &kSeek,
                               &kStepi,       &kThread, &kWhen,   &kX};
constexpr std::array kTopics = {&kInfoBreakpoints, &kInfoEvents, &kInfoProcesses, &kInfoRegisters,
                                &kInfoThreads};

constexpr std::string_view kBlanks = " \t\r";

std::string_view without_blanks(std::string_view text) {
  const std::size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

bool is_part_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/// The one whose name begins with `word`. `kind` is what it is called.
template <class T>
Result<const T*> find_by_beginning(std::span<const T* const> all, std::string_view word,
                                   std::string_view kind) {
  std::string candidates;
  const T* found = nullptr;
  for (const T* each : all) {
    if (each->name == word) return each;
    if (!each->name.starts_with(word)) continue;
    candidates += (candidates.empty() ? "" : ", ") + std::string(each->name);
    found = found == nullptr ? each : found;
  }
  if (found == nullptr) return fail("no {} is called '{}'; help tells which there are", kind, word);
  if (candidates != found->name) return fail("'{}' can mean {}", word, candidates);
  return found;
}

}  // namespace

std::span<const Verb* const> verbs() { return kVerbs; }
std::span<const Topic* const> topics() { return kTopics; }

Result<const Verb*> find_verb(std::string_view word) {
  for (const Verb* verb : kVerbs) {
    if (std::ranges::find(verb->abbreviations, word) != verb->abbreviations.end()) return verb;
  }
  return find_by_beginning(verbs(), word, "verb");
}

Result<const Topic*> find_topic(std::string_view word) {
  return find_by_beginning(topics(), word, "topic of info");
}

Line split(std::string_view line) {
  line = without_blanks(line);
  const auto end = std::ranges::find_if_not(line, is_part_of_word);
  auto size = static_cast<std::size_t>(end - line.begin());
  if (size == 0) size = std::min(line.find_first_of(kBlanks), line.size());
  return {line.substr(0, size), without_blanks(line.substr(size))};
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> all;
  for (text = without_blanks(text); !text.empty(); text = without_blanks(text)) {
    all.push_back(text.substr(0, text.find_first_of(kBlanks)));
    text.remove_prefix(all.back().size());
  }
  return all;
}

Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t otherwise) {
  if (text.empty()) return otherwise;
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size())
    return fail("'{}' is no number", text);
  return count;
}

}  // namespace mecrr::cli
