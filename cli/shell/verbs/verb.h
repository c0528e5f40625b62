// A verb of the shell: what can be typed, what is told about it, and what it does. How to add one:
// docs/howto/add-a-verb.md.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "cli/shell/session.h"

namespace mecrr::cli {

/// What an empty line after the verb does.
enum class Repeat { kNothing, kSame, kGoOn };  ///< kGoOn: the verb again, without its arguments

/// What its argument is completed to.
enum class Completes { kNothing, kSymbols, kVerbs, kTopics };

struct Verb {
  std::string_view name;
  std::span<const std::string_view> abbreviations;  ///< besides beginnings that only this name has
  std::string_view arguments;                       ///< as help shows them: "[COUNT]"
  std::string_view summary;                         ///< one line
  std::string_view help;                            ///< the rest, which lines are as they stand
  Repeat repeat = Repeat::kNothing;
  Completes completes = Completes::kNothing;
  /// Prints what there is to see. `arguments` has no blanks at its ends. An error is told to the
  /// person, and the shell goes on.
  Result<void> (*run)(Session& session, std::string_view arguments);
};

}  // namespace mecrr::cli
