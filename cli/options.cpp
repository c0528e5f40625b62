#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <random>
#include <span>
#include <string_view>

#include "cli/output.h"

namespace mecrr::cli {
namespace {

constexpr const char* kAbout =
    "Records what a program does, and makes it happen again as often as wanted.";
constexpr const char* kExample =
    "Example:\n"
    "  mecrr record -- ./app --its-option    writes trace.pb\n"
    "  mecrr replay trace.pb                 opens a shell; 'help' there tells the rest";

/// The options as CLI11 fills them in, and the command that was given.
struct Parsed {
  std::optional<Command> command;
  RecordCommand record;
  std::string program_name;  // for help and complaints; record.program is cut from argv
  std::string chosen_chaos;  // `--chaos=SEED`, if the user has given none
  ReplayCommand replay;
  DumpCommand dump;
  InfoCommand info;
  PsCommand ps;
};

/// Each is a thread, and a process that it replays.
constexpr unsigned kMaxJobs = 1024;
constexpr const char* kChaos = "--chaos";

template <class T>
void add_id(CLI::App& app, const char* name, std::optional<T>& into, const char* about) {
  app.add_option_function<typename T::rep>(
         name, [&into](typename T::rep number) { into = T(number); }, about)
      ->check(CLI::PositiveNumber);
}

void add_trace(CLI::App& app, std::string& into) {
  app.add_option("TRACE", into, "The trace, as `mecrr record` wrote it")->required();
}

void add_json(CLI::App& app, Format& into, const char* about) {
  app.add_flag_callback("--json", [&into] { into = Format::kJson; }, about);
}

void add_chaos(CLI::App& command, RecordCommand& record) {
  command
      .add_option_function<std::uint64_t>(
          kChaos, [&record](std::uint64_t seed) { record.chaos_seed = seed; },
          "Switch between threads where and when chance says, and hold some of them back for\n"
          "a while, so that races show. Without a seed one is chosen, and told. The same seed\n"
          "gives the same chances, but not the same recording: time matters, too")
      ->type_name("[SEED]");
}

void add_record(CLI::App& app, Parsed& parsed) {
  RecordCommand& record = parsed.record;
  CLI::App* command = app.add_subcommand("record", "Run a program and write down what it does");
  command->add_option("-o,--output", record.file,
                      "The trace to write (default: trace.pb, or trace-2.pb, trace-3.pb, …\n"
                      "if that is there)");
  command->add_flag_callback(
      "-f,--force", [&record] { record.if_exists = IfExists::kReplace; },
      "Replace the trace if it is there");
  command->add_flag_callback(
      "-q,--quiet", [&record] { record.quiet = Quiet::kYes; }, "Do not print the closing line");
  command->add_flag_callback(
      "--stats", [&record] { record.stats = Stats::kYes; },
      "Tell at the end where the program was stopped, how often, and why");
  command->add_option("--stats-json", record.stats_file,
                      "Write the same, and what the trace's bytes are, to this file as JSON");
  command->add_flag_callback(
      "--no-agent", [&record] { record.agent = UseAgent::kNo; },
      "Stop the program at each of its calls, and leave its code alone: slow");
  command->add_flag_callback(
      "--no-cache", [&record] { record.cache = UseCache::kNo; },
      "Neither use nor keep what files have been packed to (in MECRR_CACHE_DIR, or\n"
      "~/.cache/mecrr/contents)");
  command
      ->add_option_function<unsigned>(
          "--slice",
          [&record](unsigned milliseconds) {
            record.slice = std::chrono::milliseconds(milliseconds);
          },
          "For how many milliseconds a thread may compute while others wait (default: 50)")
      ->check(CLI::Range(1U, 10'000U));
  add_chaos(*command, record);
  command->add_flag_callback(
      "--verify", [&record] { record.verify = Verify::kYes; },
      "Replay the trace at once, and compare all memory at each place where a thread was\n"
      "interrupted while it computed: slow. Places that nothing else tells from others are\n"
      "corrected in the trace. Exits with 3 if the replay differs");
  command->add_option("PROGRAM", parsed.program_name, "The program; its arguments follow")
      ->required()
      ->type_name("ARGUMENTS...");
  command->footer(
      "The program behaves as without mecrr, and mecrr exits as the program does. 127: there is no "
      "such\nprogram, 126: it cannot be executed, 125: it cannot be recorded.");
  command->callback([&parsed, &record] { parsed.command = record; });
}

void add_replay(CLI::App& app, Parsed& parsed) {
  ReplayCommand& replay = parsed.replay;
  CLI::App* command = app.add_subcommand("replay", "Make a recording happen again");
  add_trace(*command, replay.trace);
  CLI::Option* batch = command->add_flag_callback(
      "-b,--batch", [&replay] { replay.mode = Mode::kBatch; },
      "Run to the end, and write what the program wrote, instead of opening a shell");
  add_id(*command, "-p,--pid", replay.only, "Replay this process alone");
  command
      ->add_option("-j,--jobs", replay.jobs,
                   "How many processes are replayed at the same time, if they share no memory\n"
                   "(default: as many as there are processors)")
      ->check(CLI::Range(1U, kMaxJobs))
      ->needs(batch);
  command->footer(
      "Exit status: 0 as recorded, 3 the replay differs from the recording, 1 anything else.");
  command->callback([&parsed, &replay] { parsed.command = replay; });
}

void add_dump(CLI::App& app, Parsed& parsed) {
  DumpCommand& dump = parsed.dump;
  CLI::App* command = app.add_subcommand("dump", "Print what happened, one line for each event");
  add_trace(*command, dump.trace);
  add_json(*command, dump.format, "One JSON object per line");
  add_id(*command, "-p,--pid", dump.pid, "Only of this process");
  add_id(*command, "-t,--tid", dump.tid, "Only of this task");
  command->add_option("--from", dump.from, "From the event of this number on");
  command->add_option("--to", dump.to, "Up to the event of this number");
  command->add_flag("--addresses", dump.addresses, "Tell also where in memory things were");
  command->footer(
      "Columns: number of the event in the whole recording, task, and what happened. A call that\n"
      "others overtook is shown twice: when it is made, and with its result when it returns.");
  command->callback([&parsed, &dump] { parsed.command = dump; });
}

void add_info(CLI::App& app, Parsed& parsed) {
  InfoCommand& info = parsed.info;
  CLI::App* command =
      app.add_subcommand("info", "Tell what was recorded, when, where, and how large it is");
  add_trace(*command, info.trace);
  add_json(*command, info.format, "As a JSON object");
  command->callback([&parsed, &info] { parsed.command = info; });
}

void add_ps(CLI::App& app, Parsed& parsed) {
  PsCommand& ps = parsed.ps;
  CLI::App* command = app.add_subcommand("ps", "List the recorded processes");
  add_trace(*command, ps.trace);
  add_json(*command, ps.format, "As a JSON array");
  command->callback([&parsed, &ps] { parsed.command = ps; });
}

void add_calls(CLI::App& app, Parsed& parsed) {
  app.add_subcommand("calls", "Print the table of all system calls, and what mecrr knows of each")
      ->callback([&parsed] { parsed.command = CallsCommand{}; });
}

/// Whether the argument is an option whose value is the next argument.
bool takes_next(const CLI::App& command, std::string_view argument) {
  const bool is_long = argument.starts_with("--");
  const std::string name =
      is_long ? std::string(argument) : std::string("-") + argument.back();  // -fo FILE
  const CLI::Option* option = command.get_option_no_throw(name);
  return option != nullptr && option->get_expected_min() > 0;
}

bool is_number(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  return !text.empty() && text.find_first_not_of(kDigits) == text.npos;
}

std::string chaos_with_a_seed() {
  std::random_device device;
  return fmt::format("{}={}", kChaos, device());  // 32 bits: easy to type
}

/// Where in `arguments` of `mecrr record` the program's name is; behind the last if there is none.
/// From there on everything is the program's: CLI11 would take options out of it, and lists apart.
/// And it would take the program's name for the seed that --chaos may have: that always gets one.
std::size_t find_program_name(const CLI::App& record, std::span<char*> arguments, Parsed& parsed) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--") return i + 1;
    if (argument.size() < 2 || argument.front() != '-') return i;
    const bool has_next = i + 1 < arguments.size();
    if (argument == kChaos && !(has_next && is_number(arguments[i + 1]))) {
      parsed.chosen_chaos = chaos_with_a_seed();
      arguments[i] = parsed.chosen_chaos.data();
      continue;
    }
    if (takes_next(record, argument)) ++i;
  }
  return arguments.size();
}

/// How many of `argv` are for CLI11 to look at; the others are the program's.
int cut_program(const CLI::App& app, int argc, char** argv, Parsed& parsed) {
  const std::span<char*> all(argv, static_cast<std::size_t>(argc));
  if (argc < 2 || std::string_view(argv[1]) != "record") return argc;
  const std::size_t name =
      2 + find_program_name(*app.get_subcommand("record"), all.subspan(2), parsed);
  if (name >= all.size()) return argc;
  parsed.record.program.assign(all.begin() + static_cast<std::ptrdiff_t>(name), all.end());
  return static_cast<int>(name) + 1;
}

/// The command whose option or argument was wrong: "mecrr", "mecrr dump".
std::string full_name(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) return "mecrr " + command->get_name();
  return "mecrr";
}

std::string first_line(std::string text) {
  text.erase(std::find(text.begin(), text.end(), '\n'), text.end());
  return text;
}

int complain_about(const CLI::App& app, const CLI::ParseError& error, const char* first) {
  constexpr std::string_view kCommands = "record, replay, dump, info, ps or calls";
  std::string what = first_line(error.what());
  if (app.get_subcommands().empty() && first == nullptr) {
    what = fmt::format("a command is missing: {}", kCommands);
  } else if (app.get_subcommands().empty()) {
    what = fmt::format("no command is called '{}': it is one of {}", first, kCommands);
  } else if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    what = "unknown argument" + what.substr(std::min(what.find(':'), what.size()));
  }
  complain(what + " (" + full_name(app) + " --help tells more)");
  return kWrongUsage;
}

}  // namespace

std::expected<Command, int> parse_options(int argc, char** argv) {
  Parsed parsed;
  CLI::App app(kAbout, "mecrr");
  app.footer(kExample);
  app.set_version_flag("--version", "mecrr " MECRR_VERSION, "Print the version");
  app.require_subcommand(1);
  app.get_formatter()->column_width(26);
  for (const auto& add : {add_record, add_replay, add_dump, add_info, add_ps, add_calls})
    add(app, parsed);
  try {
    app.parse(cut_program(app, argc, argv, parsed), argv);
    return *parsed.command;
  } catch (const CLI::CallForHelp&) {
    const auto commands = app.get_subcommands();
    print(commands.empty() ? app.help() : commands.front()->help("mecrr"));
    return std::unexpected(status_of_output());
  } catch (const CLI::CallForVersion& version) {
    print(std::string(version.what()) + "\n");
    return std::unexpected(status_of_output());
  } catch (const CLI::ParseError& error) {
    return std::unexpected(complain_about(app, error, argc > 1 ? argv[1] : nullptr));
  }
}

}  // namespace mecrr::cli
