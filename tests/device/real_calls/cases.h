// Where the cases are: one function per file of them, cases_*.cpp. Every row that writes memory has
// one, or a reason in exempt.cpp.
#pragma once

#include <span>
#include <string_view>

#include "tests/device/real_calls/scene.h"

namespace mecrr::real_calls {

std::span<const Case> file_cases();
std::span<const Case> path_cases();
std::span<const Case> waiting_cases();
std::span<const Case> socket_cases();
std::span<const Case> option_cases();
std::span<const Case> task_cases();
std::span<const Case> signal_cases();
std::span<const Case> time_cases();
std::span<const Case> ipc_cases();
std::span<const Case> system_cases();
std::span<const Case> terminal_cases();
std::span<const Case> interface_cases();
std::span<const Case> block_cases();
std::span<const Case> failing_cases();

struct Exemption {
  std::string_view form;  ///< name_of()
  std::string_view reason;
};
/// Forms that write memory but have no case.
std::span<const Exemption> exemptions();

}  // namespace mecrr::real_calls
