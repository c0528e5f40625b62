// How mecrr says things: results to stdout, everything else to stderr, one line each.
#pragma once

#include <string_view>

#include "base/error.h"

namespace mecrr::cli {

/// What `mecrr` ends with. A recording passes on its program's status instead.
inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kDiverged = 3;
inline constexpr int kCannotRecord = 125;
inline constexpr int kCannotExecute = 126;
inline constexpr int kProgramNotFound = 127;

/// "mecrr: LINE" to stderr. Control characters in it are escaped.
void complain(std::string_view line);
inline void complain(const Error& error) { complain(error.message); }

/// A story of many lines to stderr, which begins as complain() does; a divergence is told so.
void complain_at_length(std::string_view lines);

/// To stdout, buffered.
void print(std::string_view text);

/// Writes what print() has buffered. An error is the first that any write to stdout met.
Result<void> flush_output();

/// kSuccess, or complains that stdout could not be written.
int status_of_output();

}  // namespace mecrr::cli
