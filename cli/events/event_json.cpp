#include "cli/events/event_json.h"

#include <nlohmann/json.hpp>

#include "device/calls/signal_names.h"
#include "device/calls/table.h"

namespace mecrr::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string_view kind_of(const pb::Event& event) {
  switch (event.what_case()) {
    case pb::Event::kImage:
      return "image";
    case pb::Event::kForked:
      return "forked";
    case pb::Event::kCall:
      return "call";
    case pb::Event::kEntered:
      return "entered";
    case pb::Event::kReturned:
      return "returned";
    case pb::Event::kCreated:
      return "created";
    case pb::Event::kInstruction:
      return "instruction";
    case pb::Event::kSignal:
      return "signal";
    case pb::Event::kReplaced:
      return "replaced";
    case pb::Event::kExited:
      return "exited";
    case pb::Event::kLog:
      return "log";
    case pb::Event::kPreempted:
      return "preempted";
    case pb::Event::WHAT_NOT_SET:
      break;
  }
  return "unknown";
}

void add_name(Json& json, std::uint32_t number) {
  const calls::Call* row = calls::find(number);
  json["number"] = number;
  if (row != nullptr) json["name"] = row->name;
}

using Patches = google::protobuf::RepeatedPtrField<pb::Patch>;

void add_patches(Json& json, const Patches& patches) {
  for (const pb::Patch& patch : patches) {
    json["patches"].push_back({{"site", patch.site()}, {"stub", patch.stub()}});
  }
}

void add_outcome(Json& json, const pb::Outcome& outcome) {
  json["result"] = outcome.result();
  add_patches(json, outcome.patch());
}

void add_call(Json& json, const pb::Call& call) {
  add_name(json, call.number());
  json["arguments"] = Json::array();
  for (const std::uint64_t argument : call.argument()) json["arguments"].push_back(argument);
  if (call.restarted()) json["restarted"] = true;
  if (call.output() != pb::OUTPUT_NONE)
    json["output"] = call.output() == pb::OUTPUT_STDOUT ? "stdout" : "stderr";
}

void add_image(Json& json, const pb::Image& image) {
  json["path"] = image.path();
  json["arguments"] = Json::array();
  for (const std::string& argument : image.argument()) json["arguments"].push_back(argument);
  add_patches(json, image.patch());
}

void add_details(Json& json, const pb::Event& event) {
  switch (event.what_case()) {
    case pb::Event::kImage:
      add_image(json, event.image());
      break;
    case pb::Event::kForked:
      json["parent"] = event.forked().parent_pid();
      break;
    case pb::Event::kCall:
      add_call(json, event.call());
      add_outcome(json, event.call().outcome());
      break;
    case pb::Event::kEntered:
      add_call(json, event.entered());
      break;
    case pb::Event::kReturned:
      add_name(json, event.returned().number());
      add_outcome(json, event.returned().outcome());
      break;
    case pb::Event::kCreated:
      json["child"] = event.created().tid();
      json["child_process"] = event.created().pid();
      break;
    case pb::Event::kSignal:
      json["signal"] = calls::signal_text(event.signal().number());
      break;
    case pb::Event::kReplaced:
      json["continued_in_stream"] = event.replaced().stream();
      break;
    case pb::Event::kExited:
      if (event.exited().has_signal()) {
        json["signal"] = calls::signal_text(event.exited().signal());
      } else {
        json["status"] = event.exited().status();
      }
      json["process_ended"] = event.exited().process();
      break;
    case pb::Event::kInstruction:
    case pb::Event::kPreempted:
    case pb::Event::kLog:  // readers give its calls
    case pb::Event::WHAT_NOT_SET:
      break;
  }
}

std::string dumped(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Json event_json(const PlacedEvent& placed, Pid process, const std::string& text) {
  const pb::Event& event = *placed.event;
  Json json;
  json["order"] = event.order();
  json["stream"] = placed.stream.value();
  json["position"] = placed.position.value();
  json["pid"] = process.value();
  json["tid"] = event.tid();
  json["elapsed_us"] = event.elapsed_us();
  json["kind"] = kind_of(event);
  add_details(json, event);
  if (event.has_landing()) json["landing"] = event.state().rip();
  if (placed.logged) json["without_stop"] = true;
  json["text"] = text;
  return json;
}

std::string json_line(const Json& json) { return dumped(json, -1); }
std::string json_document(const Json& json) { return dumped(json, 2); }

}  // namespace mecrr::cli
