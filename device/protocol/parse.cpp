#include "device/protocol/parse.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "device/calls/errno_names.h"
#include "device/calls/flag_sets.h"
#include "device/calls/signal_names.h"
#include "device/calls/table.h"
#include "device/protocol/cursor.h"
#include "device/protocol/parse_argument.h"
#include "device/protocol/structure.h"
#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

constexpr int kMostExitStatus = 255;
constexpr unsigned kExitStatusShift = 8;  // as waitpid(2) has it
constexpr int kCoreDumped = 0x80;

/// The word that is next, by a parser of words.
template <class T>
Result<T> read_word(Cursor& cursor, std::optional<T> (*parse)(std::string_view),
                    std::string_view missing) {
  const std::size_t column = cursor.column();
  const auto value = parse(cursor.word());
  if (!value) return wrong_at(column, missing);
  return *value;
}

Result<int> read_signal(Cursor& cursor) {
  return read_word(cursor, calls::parse_signal, "a signal is missing");
}

std::optional<std::uint64_t> any_number(std::string_view word) { return calls::parse_number(word); }

Result<std::int64_t> read_ok(Cursor& cursor) {
  return static_cast<std::int64_t>(TRY(read_word(cursor, any_number, "a number is missing")));
}

Result<std::int64_t> read_error(Cursor& cursor) {
  const std::size_t column = cursor.column();
  const int code = TRY(read_word(cursor, calls::parse_errno, "the name of an error is missing"));
  if (!calls::is_error(-code)) return wrong_at(column, "there is no such error");
  return -code;
}

Result<siginfo_t> read_siginfo(Cursor& cursor) {
  const int signal = TRY(read_signal(cursor));
  Value record = Value::record();
  record.add("signo", Value::of_signed(signal));
  if (cursor.take(" ")) {
    const std::size_t column = cursor.column();
    Value rest = TRY(cursor.value());
    if (rest.kind != Value::Kind::kRecord) return wrong_at(column, "`{` is missing");
    for (std::size_t i = 0; i < rest.items.size(); ++i)
      record.add(rest.names[i], std::move(rest.items[i]));
  }
  const Bytes bytes = TRY(encode(kSiginfo, record));
  siginfo_t info{};
  std::ranges::copy(bytes, object_bytes(info).begin());
  return info;
}

Result<int> read_status(Cursor& cursor) {
  if (cursor.take("status ")) {
    const std::size_t column = cursor.column();
    const std::uint64_t status = TRY(read_word(cursor, any_number, "an exit status is missing"));
    if (status > kMostExitStatus) return wrong_at(column, "an exit status is at most 255");
    return static_cast<int>(status << kExitStatusShift);
  }
  const std::size_t column = cursor.column();
  const int signal = TRY(read_signal(cursor));
  if (signal == 0) return wrong_at(column, "nobody dies of signal 0");
  return signal | (cursor.take(" core") ? kCoreDumped : 0);
}

Result<pid_t> read_id(Cursor& cursor) {
  const std::size_t column = cursor.column();
  const std::uint64_t id = TRY(read_word(cursor, any_number, "a number is missing"));
  if (id > INT32_MAX) return wrong_at(column, "no task has such a number");
  return static_cast<pid_t>(id);
}

Result<Created> read_created(Cursor& cursor) {
  const Tid child(TRY(read_id(cursor)));
  TRY(cursor.expect(", "));
  const Pid process(TRY(read_id(cursor)));
  TRY(cursor.expect(", "));
  const std::size_t column = cursor.column();
  const auto flags = calls::parse_flags(calls::kCloneFlags, cursor.word());
  if (!flags) return wrong_at(column, "no such clone flags");
  return Created{.child = child, .child_pid = process, .flags = *flags};
}

// ---- one entry for each word that a line can begin with

using Call = const SystemCall&;

template <class Line>
struct Keyword {
  std::string_view word;  ///< with the space behind it where something follows
  Result<Line> (*read)(Cursor& cursor, Call current);
};

/// The line by its keyword; empty if it begins with none: it is a call.
template <class Line, std::size_t N>
Result<std::optional<Line>> read_by_keyword(const Keyword<Line> (&keywords)[N],
                                            std::string_view text, Call current) {
  for (const Keyword<Line>& keyword : keywords) {
    Cursor cursor(text);
    if (!cursor.take(keyword.word)) continue;
    if (!keyword.word.ends_with(' ') && !cursor.at_end()) continue;
    Line line = TRY(keyword.read(cursor, current));
    TRY(cursor.expect_end());
    return line;
  }
  return std::optional<Line>();
}

constexpr Keyword<Stop> kStops[] = {
    {"ok ",
     [](Cursor& cursor, Call call) -> Result<Stop> {
       return Returned{call, TRY(read_ok(cursor))};
     }},
    {"fail ",
     [](Cursor& cursor, Call call) -> Result<Stop> {
       return Returned{call, TRY(read_error(cursor))};
     }},
    {"interrupted ",
     [](Cursor& cursor, Call call) -> Result<Stop> {
       return Returned{call, TRY(read_error(cursor))};
     }},
    {"signal ",
     [](Cursor& cursor, Call) -> Result<Stop> { return Signaled{TRY(read_siginfo(cursor))}; }},
    {"handler ",
     [](Cursor& cursor, Call) -> Result<Stop> { return HandlerEntered{TRY(read_signal(cursor))}; }},
    {"stepped", [](Cursor&, Call) -> Result<Stop> { return Stepped{}; }},
    {"created ", [](Cursor& cursor, Call) -> Result<Stop> { return TRY(read_created(cursor)); }},
    {"born", [](Cursor&, Call) -> Result<Stop> { return Born{}; }},
    {"executed ",
     [](Cursor& cursor, Call) -> Result<Stop> { return Executed{Tid(TRY(read_id(cursor)))}; }},
    {"exiting ",
     [](Cursor& cursor, Call) -> Result<Stop> { return Exiting{TRY(read_status(cursor))}; }},
    {"exited ",
     [](Cursor& cursor, Call) -> Result<Stop> { return Exited{TRY(read_status(cursor))}; }},
    {"answered", [](Cursor&, Call) -> Result<Stop> { return Answered{}; }},
    {"shaped", [](Cursor&, Call) -> Result<Stop> { return Shaped{}; }},
    {"probed", [](Cursor&, Call) -> Result<Stop> { return Probed{}; }},
    {"halted ",
     [](Cursor& cursor, Call) -> Result<Stop> { return Halted{TRY(read_signal(cursor))}; }},
    {"paused", [](Cursor&, Call) -> Result<Stop> { return Paused{}; }},
    {"continued", [](Cursor&, Call) -> Result<Stop> { return Continued{}; }},
};

/// set 1 "some data": the memory behind an argument. set 0x7f00:"some data": any memory.
Result<Reply> read_set(Cursor& cursor, Call current) {
  const std::size_t start = cursor.column();
  Value place = TRY(cursor.value());
  if (place.address) {
    if (place.kind != Value::Kind::kBytes) return wrong_at(start, "bytes are missing");
    return Set{{*place.address, std::move(place.bytes)}};
  }
  const std::uint64_t index = TRY(parse_scalar(FieldKind::kUnsigned, nullptr, place));
  TRY(cursor.expect(" "));
  const auto form = with_context(calls::form_of(current), "column {}", start);
  if (!form) return std::unexpected(form.error());
  if (index >= (*form)->arity() || current.arguments[index] == 0)
    return wrong_at(start, "the call has no memory behind such an argument");
  calls::Argument argument = (*form)->arguments[index];
  if (!has_content(argument)) argument = calls::in(calls::bytes(1));  // by bytes
  const Value content = TRY(cursor.value());
  return Set{{RemoteAddress(current.arguments[index]), TRY(parse_content(argument, content))}};
}

constexpr Keyword<Reply> kReplies[] = {
    {"cont", [](Cursor&, Call) -> Result<Reply> { return Command(Run{}); }},
    {"step", [](Cursor&, Call) -> Result<Reply> { return Command(Step{}); }},
    {"stepi", [](Cursor&, Call) -> Result<Reply> { return Command(SingleStep{}); }},
    {"skip-ok ",
     [](Cursor& cursor, Call) -> Result<Reply> { return Command(Skip{TRY(read_ok(cursor))}); }},
    {"skip-fail ",
     [](Cursor& cursor, Call) -> Result<Reply> { return Command(Skip{TRY(read_error(cursor))}); }},
    {"skip-interrupted ",
     [](Cursor& cursor, Call) -> Result<Reply> { return Command(Skip{TRY(read_error(cursor))}); }},
    {"interpose ",
     [](Cursor& cursor, Call) -> Result<Reply> {
       return Command(Interpose{TRY(read_siginfo(cursor))});
     }},
    {"interrupt ",
     [](Cursor& cursor, Call) -> Result<Reply> {
       return Command(Interrupt{TRY(read_siginfo(cursor))});
     }},
    {"raise ",
     [](Cursor& cursor, Call) -> Result<Reply> {
       return Command(Raise{TRY(read_siginfo(cursor))});
     }},
    {"deliver ",
     [](Cursor& cursor, Call) -> Result<Reply> {
       return Command(Deliver{TRY(read_siginfo(cursor))});
     }},
    {"ok ",
     [](Cursor& cursor, Call) -> Result<Reply> { return ReplaceResult{TRY(read_ok(cursor))}; }},
    {"fail ",
     [](Cursor& cursor, Call) -> Result<Reply> { return ReplaceResult{TRY(read_error(cursor))}; }},
    {"set ", read_set},
};

}  // namespace

Result<std::int64_t> parse_result(std::string_view line) {
  const Stop stop = TRY(parse_stop(line, {}));
  const auto* returned = std::get_if<Returned>(&stop);
  if (returned == nullptr) return wrong_at(1, "a result is missing");
  return returned->result;
}

Result<Stop> parse_stop(std::string_view line, const SystemCall& current) {
  auto stop = TRY(read_by_keyword(kStops, line, current));
  if (stop) return *std::move(stop);
  return Called{TRY(parse_call(line, current)).call};
}

Result<Reply> parse_reply(std::string_view line, const SystemCall& current) {
  auto reply = TRY(read_by_keyword(kReplies, line, current));
  if (reply) return *std::move(reply);
  CallLine call = TRY(parse_call(line, current));
  return AlteredCall{.command = {call.call}, .contents = std::move(call.contents)};
}

}  // namespace mecrr::protocol
