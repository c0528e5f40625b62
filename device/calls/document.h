// The call table as a document: docs/calls.md is what this gives (a test compares them), and
// `mecrr calls` prints it.
#pragma once

#include <string>

namespace mecrr::calls {

/// Markdown: how to read it, a line for each call, and a section for each sub-table.
std::string calls_document();

}  // namespace mecrr::calls
