#pragma once

#include <string>
#include <string_view>

namespace mecrr {

/// A C++ symbol as its author wrote it; any other name unchanged.
std::string demangle(const char* name);

/// A demangled name without its parameters: "std::vector<int>::push_back(int&&)" gives
/// "std::vector<int>::push_back".
std::string_view without_parameters(std::string_view demangled);

}  // namespace mecrr
