// Strings that come from a trace or a file name, made fit for a terminal: whoever made a trace must
// not get to move the cursor, change the window's title or make text run backwards.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mecrr::cli {

/// The text with everything that is no visible character written as an escape: `\n`, `\t`, `\x1b`.
/// Bytes that are no UTF-8, C1 controls and the marks that change the direction of text count as
/// such. Backslashes stay as they are: the result is for people, not to be read back.
std::string escaped(std::string_view text);

/// The same for text of several lines, whose ends stay. What ends the last one is cut off.
std::string escaped_lines(std::string_view text);

/// A command line as one would type it into a shell, escaped: `bash -c 'ls | wc'`.
std::string command_line(std::span<const std::string> arguments);

}  // namespace mecrr::cli
