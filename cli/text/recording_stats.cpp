#include "cli/text/recording_stats.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/call_record.h"
#include "cli/text/quantity.h"
#include "device/calls/table.h"

namespace mecrr::cli {
namespace {

constexpr std::size_t kRows = 20;

struct Row {
  std::uint64_t count = 0;
  std::string what;
};

std::string name_of(std::uint32_t number) {
  if (number == kRdtscRecord) return "rdtsc";
  if (number == kRdtscpRecord) return "rdtscp";
  const calls::Call* row = calls::find(number);
  return row == nullptr ? fmt::format("call {}", number) : std::string(row->name);
}

std::string share_text(std::uint64_t part, std::uint64_t all) {
  if (all == 0) return "-";
  return fmt::format("{:.1f}%", 100.0 * static_cast<double>(part) / static_cast<double>(all));
}

/// The most frequent first, then by name; those that come behind kRows as one.
std::string table(std::string_view title, std::vector<Row> rows) {
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    return a.count != b.count ? a.count > b.count : a.what < b.what;
  });
  std::uint64_t all = 0;
  for (const Row& row : rows) all += row.count;
  if (all == 0) return {};
  std::string text = fmt::format("\n{}: {}", title, count_text(all));
  std::uint64_t left = all;
  for (std::size_t i = 0; i < std::min(rows.size(), kRows); ++i) {
    left -= rows[i].count;
    text += fmt::format("\n{:>15} {:>6}  {}", count_text(rows[i].count),
                        share_text(rows[i].count, all), rows[i].what);
  }
  if (left != 0) {
    text += fmt::format("\n{:>15} {:>6}  others", count_text(left), share_text(left, all));
  }
  return text;
}

std::vector<Row> rows_of(const std::map<std::uint32_t, std::uint64_t>& by_number) {
  std::vector<Row> rows;
  for (const auto& [number, count] : by_number) rows.push_back({count, name_of(number)});
  return rows;
}

std::vector<Row> rows_of(const std::map<RecordingStats::Reason, std::uint64_t>& stops) {
  std::vector<Row> rows;
  for (const auto& [reason, count] : stops) {
    const auto& [why, call] = reason;
    rows.push_back(
        {count, call ? fmt::format("{:<20} {}", why, name_of(*call)) : std::string(why)});
  }
  return rows;
}

std::vector<Row> rows_of(const std::map<std::string_view, std::uint64_t>& by_text) {
  std::vector<Row> rows;
  for (const auto& [text, count] : by_text) rows.push_back({count, std::string(text)});
  return rows;
}

double per(std::uint64_t amount, std::uint64_t of) {
  return of == 0 ? 0 : static_cast<double>(amount) / static_cast<double>(of);
}

}  // namespace

std::string stats_text(const Recording& recording) {
  const RecordingStats& stats = recording.stats;
  const WrittenTrace& trace = recording.trace;
  std::uint64_t without_stop = 0;
  for (const auto& [number, count] : stats.agent_calls) without_stop += count;
  std::uint64_t stops = 0;
  for (const auto& [reason, count] : stats.stops) stops += count;

  const auto field = [](std::string_view name, const std::string& value) {
    return fmt::format("\n{:<15} {}", name, value);
  };
  std::string text = "statistics";
  text += field("duration", duration_text(recording.duration));
  text += field(
      "without a stop",
      fmt::format("{} in {} ({:.1f} calls, {} each)", counted(without_stop, "call", "calls"),
                  counted(stats.batches, "batch", "batches"), per(without_stop, stats.batches),
                  bytes_text(static_cast<std::uint64_t>(per(stats.batch_bytes, stats.batches)))));
  text += field("stops", count_text(stops));
  text += field("at the same time", counted(stats.most_at_once, "process", "processes"));
  text += field("call sites", fmt::format("{} patched", count_text(stats.patched_sites)));
  text += field("trace",
                fmt::format("{} in the file, of {} ({:.2f} to 1)", bytes_text(trace.file_bytes),
                            bytes_text(trace.raw_bytes), per(trace.raw_bytes, trace.file_bytes)));
  const std::uint64_t events_packed =
      trace.file_bytes - std::min(trace.file_bytes, trace.content_file_bytes);
  text += field("events", fmt::format("{} in the file, of {}", bytes_text(events_packed),
                                      bytes_text(trace.raw_bytes - trace.content_bytes)));
  text +=
      field("contents", fmt::format("{} in the file, of {}", bytes_text(trace.content_file_bytes),
                                    bytes_text(trace.content_bytes)));
  if (trace.cache.known + trace.cache.added != 0) {
    text += field(
        "packed before",
        fmt::format("{} of {}, {} of the contents", count_text(trace.cache.known),
                    counted(trace.cache.known + trace.cache.added, "large part", "large parts"),
                    bytes_text(trace.cache.known_bytes)));
  }
  if (trace.copied.copies != 0) {
    text += field("stored before", fmt::format("{} of data in {}", bytes_text(trace.copied.bytes),
                                               counted(trace.copied.copies, "copy", "copies")));
  }
  text += table("calls without a stop", rows_of(stats.agent_calls));
  text += table("stops", rows_of(stats.stops));
  text += table("call sites not patched", rows_of(stats.unpatched_sites));
  return text;
}

std::string stats_json(const Recording& recording) {
  using Json = nlohmann::ordered_json;
  const RecordingStats& stats = recording.stats;
  const WrittenTrace& trace = recording.trace;
  Json calls = Json::object();
  for (const auto& [number, count] : stats.agent_calls) calls[name_of(number)] = count;
  Json stops = Json::array();
  for (const auto& [reason, count] : stats.stops) {
    Json row{{"why", reason.first}, {"count", count}};
    if (reason.second) row["call"] = name_of(*reason.second);
    stops.push_back(std::move(row));
  }
  Json unpatched = Json::object();
  for (const auto& [why, count] : stats.unpatched_sites) unpatched[std::string(why)] = count;
  const Json all{
      {"duration_us",
       std::chrono::duration_cast<std::chrono::microseconds>(recording.duration).count()},
      {"processes", recording.processes},
      {"processes_at_once", stats.most_at_once},
      {"without_stop",
       {{"calls", std::move(calls)}, {"batches", stats.batches}, {"bytes", stats.batch_bytes}}},
      {"stops", std::move(stops)},
      {"call_sites", {{"patched", stats.patched_sites}, {"not_patched", std::move(unpatched)}}},
      {"trace",
       {{"events", trace.events},
        {"file_bytes", trace.file_bytes},
        {"raw_bytes", trace.raw_bytes},
        {"content_file_bytes", trace.content_file_bytes},
        {"content_bytes", trace.content_bytes},
        {"copies", trace.copied.copies},
        {"copied_bytes", trace.copied.bytes}}},
      {"packed_before",
       {{"parts", trace.cache.known},
        {"bytes", trace.cache.known_bytes},
        {"parts_added", trace.cache.added}}}};
  return all.dump(1) + "\n";
}

}  // namespace mecrr::cli
