// Numbers for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mecrr::cli {

std::string count_text(std::uint64_t count);                   ///< "45,678"
std::string bytes_text(std::uint64_t bytes);                   ///< "812 bytes", "1.2 MiB"
std::string duration_text(std::chrono::nanoseconds duration);  ///< "38 ms", "3.4 s", "2 min 05 s"

/// "1 process", "3 processes"
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace mecrr::cli
