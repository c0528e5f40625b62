// `mecrr info`: what was recorded, when, where, and how large it is.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/commands/open_trace.h"
#include "cli/events/event_json.h"
#include "cli/events/ordered_events.h"
#include "cli/events/process_table.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/text/escape.h"
#include "cli/text/quantity.h"
#include "device/calls/table.h"

namespace mecrr::cli {
namespace {

struct Counts {
  std::uint64_t processes = 0;
  std::uint64_t programs = 0;
  std::uint64_t threads = 0;
  std::uint64_t signals = 0;
  std::uint64_t instructions = 0;
  std::uint64_t calls = 0;
  std::uint64_t logged_calls = 0;  // of these, made without a stop
  std::uint64_t logs = 0;
  std::uint64_t log_bytes = 0;
  std::uint64_t patches = 0;
  std::chrono::microseconds last_event{};
  std::vector<std::pair<std::string, std::uint64_t>> by_call;  // most first
};

std::string name_of(std::uint32_t number) {
  const calls::Call* row = calls::find(number);
  return row == nullptr ? fmt::format("call_{}", number) : std::string(row->name);
}

std::vector<std::pair<std::string, std::uint64_t>> named(
    const std::map<std::uint32_t, std::uint64_t>& by_number) {
  std::vector<std::pair<std::string, std::uint64_t>> all;
  for (const auto& [number, count] : by_number) all.emplace_back(name_of(number), count);
  std::ranges::sort(all, [](const auto& a, const auto& b) {  // most calls first, then by name
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return all;
}

std::uint64_t patches_of(const pb::Event& event) {
  const int patches = event.image().patch_size() + event.call().outcome().patch_size() +
                      event.returned().outcome().patch_size();
  return static_cast<std::uint64_t>(patches);
}

Result<Counts> count(Reader& reader) {
  Counts counts;
  std::map<std::uint32_t, std::uint64_t> by_number;
  ProcessTable processes;
  OrderedEvents events(reader);
  Progress progress("counting events", reader.event_count());
  while (const auto placed = TRY(events.next())) {
    const pb::Event& event = *placed->event;
    processes.note(event);
    if (event.has_call()) ++by_number[event.call().number()];
    if (event.has_entered()) ++by_number[event.entered().number()];
    if (placed->logged) {
      ++counts.logged_calls;
      if (placed->logged->before == 0) {
        ++counts.logs;
        counts.log_bytes += placed->logged->records.size();
      }
    }
    counts.patches += patches_of(event);
    counts.signals += event.has_signal();
    counts.instructions += event.has_instruction();
    counts.last_event = std::chrono::microseconds(event.elapsed_us());
    progress.at(event.order());
  }
  for (const RecordedProcess& process : processes.all()) {
    counts.programs += process.programs;
    counts.threads += process.threads;
  }
  counts.processes = processes.all().size();
  counts.by_call = named(by_number);
  for (const auto& [name, number] : counts.by_call) counts.calls += number;
  return counts;
}

/// Reads every stored file: damage there is not found by looking at events.
Result<void> check_files(Reader& reader) {
  const std::vector<ContentId> contents = reader.contents();
  Progress progress("checking files", contents.size());
  std::uint64_t done = 0;
  for (const ContentId content : contents) {
    progress.at(done++);
    TRY(reader.for_each_part(content, [](std::uint64_t, ByteView) { return Result<void>(); }));
  }
  return {};
}

std::string date_text(std::int64_t unix_ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::time_t seconds = unix_ns / kSecond;
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return fmt::format("{} ns", unix_ns);
  return fmt::format("{:%Y-%m-%d %H:%M:%S %z}", parts);
}

std::chrono::nanoseconds duration_of(const Reader& reader, const Counts& counts) {
  if (!reader.ending()) return counts.last_event;
  return std::chrono::nanoseconds(reader.ending()->elapsed_ns());
}

std::string how_it_ended(const Reader& reader) {
  if (reader.ending()) return ending_text(*reader.ending());
  return "with the recorder: it was killed, or the rest of the file is lost";
}

std::vector<std::string> program_of(const Reader& reader) {
  return {reader.header().argument().begin(), reader.header().argument().end()};
}

std::string calls_text(const Counts& counts) {
  std::string text = count_text(counts.calls);
  std::string_view separator = ": ";
  for (const auto& [name, number] : counts.by_call) {
    text += fmt::format("{}{} {}", separator, name, count_text(number));
    separator = ", ";
  }
  return text;
}

/// Breaks lines between words, at `width` columns.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string result;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(", ") + 2, text.size());
    const std::string_view word = text.substr(0, text.find(", ") == text.npos ? text.size() : end);
    if (column + word.size() > width && column > indent) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    }
    result += word;
    column += word.size();
    text.remove_prefix(word.size());
  }
  return result;
}

void print_field(std::string_view name, std::string_view value) {
  constexpr std::size_t kIndent = 13;
  constexpr std::size_t kWidth = 100;
  print(fmt::format("{:<{}}{}\n", name, kIndent, wrapped(escaped(value), kIndent, kWidth)));
}

void print_text(const Reader& reader, const Counts& counts) {
  const pb::Header& header = reader.header();
  const pb::Machine& machine = header.machine();
  const Reader::Sizes sizes = reader.sizes();
  const auto packed = [](std::uint64_t file, std::uint64_t memory) {
    return fmt::format("{} ({} unpacked)", bytes_text(file), bytes_text(memory));
  };
  print_field("trace", fmt::format("{}, {}", reader.path(), bytes_text(sizes.file)));
  print_field("program", command_line(program_of(reader)));
  print_field("directory", header.directory());
  print_field("recorded",
              fmt::format("{}, by {}", date_text(header.started_unix_ns()), header.recorder()));
  print_field("machine", fmt::format("{}, {}, {}", machine.kernel(), machine.processor(),
                                     counted(machine.processors(), "processor", "processors")));
  if (header.has_chaos_seed()) print_field("chaos", fmt::format("seed {}", header.chaos_seed()));
  print_field("duration", duration_text(duration_of(reader, counts)));
  print_field("ended", how_it_ended(reader));
  print_field("processes", fmt::format("{} ({}, {})", count_text(counts.processes),
                                       counted(counts.programs, "program", "programs"),
                                       counted(counts.threads, "thread", "threads")));
  print_field("events", fmt::format("{} ({}, {}, {})", count_text(reader.event_count()),
                                    counted(counts.calls, "call", "calls"),
                                    counted(counts.signals, "signal", "signals"),
                                    counted(counts.instructions, "instruction", "instructions")));
  print_field("no stop",
              fmt::format("{} in {} of {}; {}", counted(counts.logged_calls, "call", "calls"),
                          counted(counts.logs, "log", "logs"), bytes_text(counts.log_bytes),
                          counted(counts.patches, "patch", "patches")));
  print_field("size", fmt::format("events {}, files {}", packed(sizes.events_packed, sizes.events),
                                  packed(sizes.contents_packed, sizes.contents)));
  print_field("calls", calls_text(counts));
}

void print_json(const Reader& reader, const Counts& counts) {
  const pb::Header& header = reader.header();
  const Reader::Sizes sizes = reader.sizes();
  nlohmann::ordered_json json;
  json["trace"] = reader.path();
  json["program"] = program_of(reader);
  json["directory"] = header.directory();
  json["recorder"] = header.recorder();
  json["started_unix_ns"] = header.started_unix_ns();
  json["machine"] = {{"kernel", header.machine().kernel()},
                     {"processor", header.machine().processor()},
                     {"processors", header.machine().processors()}};
  if (header.has_chaos_seed()) json["chaos_seed"] = header.chaos_seed();
  json["duration_ns"] = duration_of(reader, counts).count();
  json["ended"] = how_it_ended(reader);
  json["complete"] = reader.ending() && reader.ending()->reason() == pb::Ending::ALL_EXITED;
  json["processes"] = counts.processes;
  json["programs"] = counts.programs;
  json["threads"] = counts.threads;
  json["events"] = reader.event_count();
  json["without_stop"] = {{"calls", counts.logged_calls},
                          {"logs", counts.logs},
                          {"bytes", counts.log_bytes},
                          {"patches", counts.patches}};
  json["signals"] = counts.signals;
  json["instructions"] = counts.instructions;
  json["bytes"] = {{"file", sizes.file},
                   {"events_packed", sizes.events_packed},
                   {"events", sizes.events},
                   {"contents_packed", sizes.contents_packed},
                   {"contents", sizes.contents}};
  json["calls"] = nlohmann::ordered_json::object();
  for (const auto& [name, number] : counts.by_call) json["calls"][name] = number;
  print(json_document(json));
}

}  // namespace

int run(const InfoCommand& command) {
  const auto reader = open_trace(command.trace);
  if (reader == nullptr) return kFailure;
  const auto counts = count(*reader);
  if (!counts) {
    complain(counts.error());
    return kFailure;
  }
  (command.format == Format::kJson ? print_json : print_text)(*reader, *counts);
  if (const auto checked = check_files(*reader); !checked) {
    complain(checked.error());
    return kFailure;
  }
  return status_of_output();
}

}  // namespace mecrr::cli
