// Events as JSON objects, for programs. Numbers as in the trace; `text` is the line for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/events/ordered_events.h"

namespace mecrr::cli {

/// `text` is the event's line.
nlohmann::ordered_json event_json(const PlacedEvent& placed, Pid process, const std::string& text);

/// On one line, or indented by two. What is no UTF-8 becomes the replacement character.
std::string json_line(const nlohmann::ordered_json& json);
std::string json_document(const nlohmann::ordered_json& json);

}  // namespace mecrr::cli
