#include "cli/shell/completion.h"

#include "cli/shell/verbs/verbs.h"

namespace mecrr::cli {
namespace {

constexpr std::size_t kMostSymbols = 2000;

template <class T>
std::vector<std::string> names_with_prefix(std::span<const T* const> all, std::string_view prefix) {
  std::vector<std::string> names;
  for (const T* each : all) {
    if (each->name.starts_with(prefix)) names.emplace_back(each->name);
  }
  return names;
}

std::vector<std::string> symbols_with_prefix(Session& session, std::string_view prefix) {
  const auto task = session.task();
  if (!task) return {};
  return session.symbols(task->stream).names_with_prefix(prefix, kMostSymbols);
}

}  // namespace

std::vector<std::string> completions(Session& session, std::string_view line, std::size_t start) {
  const std::string_view word = line.substr(start);
  const Line typed = split(line.substr(0, start));
  if (typed.word.empty()) return names_with_prefix(verbs(), word);
  const auto verb = find_verb(typed.word);
  if (!verb) return {};
  switch ((*verb)->completes) {
    case Completes::kSymbols:
      return symbols_with_prefix(session, word);
    case Completes::kVerbs:
      return names_with_prefix(verbs(), word);
    case Completes::kTopics:
      return names_with_prefix(topics(), word);
    case Completes::kNothing:
      break;
  }
  return {};
}

}  // namespace mecrr::cli
