// Lines read back: what is printed is read as it was, and what is wrong is told with its column.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>
#include <string>

#include "device/calls/table.h"
#include "device/protocol/cursor.h"
#include "device/protocol/parse.h"
#include "device/protocol/pieces.h"
#include "device/protocol/structure.h"
#include "device/protocol/structure_tables.h"
#include "device/protocol/text.h"

namespace mecrr::protocol {
namespace {

constexpr std::uint64_t kAt = 0x7f0000001000;
const SystemCall kWrite{SYS_write, {2, kAt, 12}};

std::string error_of(std::string_view line, const SystemCall& current = kWrite) {
  const auto reply = parse_reply(line, current);
  return reply ? "no error" : reply.error().message;
}

template <class T>
T command(std::string_view line) {
  const auto reply = parse_reply(line, kWrite);
  if (!reply) throw std::runtime_error(reply.error().message);
  return std::get<T>(std::get<Command>(*reply));
}

// ---- what a tracer writes

TEST(ParseReply, TakesTheCommandsOfTheDevice) {
  command<mecrr::Run>("cont");
  command<Step>("step");
  command<SingleStep>("stepi");
  EXPECT_EQ(command<Skip>("skip-ok 12").result, 12);
  EXPECT_EQ(command<Skip>("skip-ok 0x7f0000001000").result, 0x7f0000001000);
  EXPECT_EQ(command<Skip>("skip-fail EIO").result, -EIO);
  EXPECT_EQ(command<Skip>("skip-fail 5").result, -5);
  EXPECT_EQ(command<Deliver>("deliver SIGUSR1").info.si_signo, SIGUSR1);
  EXPECT_EQ(command<Interpose>("interpose SIGIO {code: POLL_IN, fd: 3}").info.si_fd, 3);
  EXPECT_EQ(command<mecrr::Raise>("raise SIGALRM").info.si_signo, SIGALRM);
  EXPECT_EQ(command<Interrupt>("interrupt SIGIO {code: POLL_IN, fd: 4}").info.si_fd, 4);
}

TEST(ParseReply, TakesAnAlteredCallWithTheProgramsOwnBuffer) {
  const auto reply = parse_reply("write 4, \"this is more\", 12", kWrite);
  ASSERT_TRUE(reply.has_value()) << reply.error();
  const auto& altered = std::get<AlteredCall>(*reply);
  EXPECT_EQ(altered.command.call, (SystemCall{SYS_write, {4, kAt, 12}}));
  EXPECT_EQ(altered.contents,
            (std::vector<Content>{{RemoteAddress(kAt), to_bytes("this is more")}}));
}

TEST(ParseReply, TakesAnAlteredCallByAddress) {
  const auto reply = parse_reply("openat AT_FDCWD, 0x1000:\"/etc/hosts\", O_RDONLY", kWrite);
  ASSERT_TRUE(reply.has_value()) << reply.error();
  const auto& altered = std::get<AlteredCall>(*reply);
  EXPECT_EQ(altered.command.call.number, SYS_openat);
  EXPECT_EQ(altered.contents,
            (std::vector<Content>{{RemoteAddress(0x1000), to_bytes({"/etc/hosts", 11})}}));
}

TEST(ParseReply, SetsMemoryBehindArgumentsAndAnywhere) {
  const auto behind = parse_reply("set 1 \"some data\"", kWrite);
  ASSERT_TRUE(behind.has_value()) << behind.error();
  EXPECT_EQ(std::get<Set>(*behind).content, (Content{RemoteAddress(kAt), to_bytes("some data")}));
  const auto anywhere = parse_reply("set 0x10:x\"00ff\"", kWrite);
  ASSERT_TRUE(anywhere.has_value()) << anywhere.error();
  EXPECT_EQ(std::get<Set>(*anywhere).content,
            (Content{RemoteAddress(0x10), {std::byte{0}, std::byte{0xff}}}));
}

TEST(ParseReply, SetsStructuresByTheirFields) {
  const SystemCall fstat{SYS_fstat, {3, kAt}};
  const auto reply = parse_reply("set 1 {st_size: 7, st_mode: 0100644}", fstat);
  ASSERT_TRUE(reply.has_value()) << reply.error();
  const auto stat = load<struct stat>(std::get<Set>(*reply).content.bytes);
  ASSERT_TRUE(stat.has_value());
  EXPECT_EQ(stat->st_size, 7);
  EXPECT_EQ(stat->st_mode, 0100644U);
}

TEST(ParseReply, ReplacesAResult) {
  const auto reply = parse_reply("fail EIO", kWrite);
  ASSERT_TRUE(reply.has_value()) << reply.error();
  EXPECT_EQ(std::get<ReplaceResult>(*reply).result, -EIO);
}

TEST(ParseReply, SaysWhatIsWrongAndInWhichColumn) {
  EXPECT_EQ(error_of(""), "column 1: there is no call ``");
  EXPECT_EQ(error_of("wrte 1"), "column 1: there is no call `wrte`");
  EXPECT_EQ(error_of("cont 1"), "column 1: there is no call `cont`");
  EXPECT_EQ(error_of("skip-ok x"), "column 9: a number is missing");
  EXPECT_EQ(error_of("skip-fail EIO "), "column 14: something follows where the line should end");
  EXPECT_EQ(error_of("skip-fail 0"), "column 11: there is no such error");
  EXPECT_EQ(error_of("write 2 3"), "column 8: `, ` is missing");
  EXPECT_EQ(error_of("write 2, \"abc"), "column 14: the text does not end");
  EXPECT_EQ(error_of("write 2, \"\\q\""), "column 12: no such escape");
  EXPECT_EQ(error_of("write 2, null, 3, 4"), "column 19: write has 3 arguments");
  EXPECT_EQ(error_of("read 3, \"abc\", 3"),
            "column 9: an address is missing: the program's call has no memory here");
  EXPECT_EQ(error_of("open null, O_NONSENSE, 0"),
            "column 12: `O_NONSENSE` is not among open flags");
  EXPECT_EQ(error_of("ioctl 1, NOTHING, 0"), "column 10: there is no command `NOTHING`");
  EXPECT_EQ(error_of("set 5 \"abc\""), "column 5: the call has no memory behind such an argument");
  EXPECT_EQ(error_of("deliver SIGNONE"), "column 9: a signal is missing");
  EXPECT_EQ(error_of("connect 3, 0x1000:{family: AF_INET, port: 70000}, 16"), "column 43: no port");
  EXPECT_EQ(error_of("connect 3, 0x1000:{family: AF_INET, colour: 7}, 16"),
            "column 45: sockaddr_in has no colour");
  EXPECT_EQ(error_of("writev 1, " + std::string(100, '['), {}), "column 27: nested too deeply");
}

// ---- what is printed is read as it was

template <class T>
T read_back(const Stop& stop) {
  const std::string line = text_of(stop, RecordedPieces(), {.addresses = Addresses::kShown});
  const auto parsed = parse_stop(line, kWrite);
  if (!parsed) throw std::runtime_error(line + ": " + parsed.error().message);
  return std::get<T>(*parsed);
}

TEST(ParseStop, ReadsBackEachStop) {
  EXPECT_EQ(read_back<Called>(Called{kWrite}).call, kWrite);
  for (const std::int64_t result : {12L, 0L, 0x7f0000001000L, -5L, -512L, -516L, -4095L, -4096L})
    EXPECT_EQ(read_back<Returned>(Returned{kWrite, result}).result, result);
  EXPECT_EQ(read_back<Returned>(Returned{kWrite, 1}).call, kWrite);
  EXPECT_EQ(read_back<HandlerEntered>(HandlerEntered{SIGUSR1}).signal, SIGUSR1);
  read_back<Stepped>(Stepped{});
  read_back<Born>(Born{});
  read_back<Continued>(Continued{});
  read_back<Answered>(Answered{});
  read_back<Shaped>(Shaped{});
  read_back<Probed>(Probed{});
  read_back<mecrr::Paused>(mecrr::Paused{});
  const auto created = read_back<Created>(Created{Tid(12), Pid(11), 0x3d0f00});
  EXPECT_EQ(created.child, Tid(12));
  EXPECT_EQ(created.child_pid, Pid(11));
  EXPECT_EQ(created.flags, 0x3d0f00u);
  EXPECT_EQ(read_back<Executed>(Executed{Tid(12)}).former, Tid(12));
  EXPECT_EQ(read_back<Exiting>(Exiting{3 << 8}).status, 3 << 8);
  EXPECT_EQ(read_back<Exited>(Exited{SIGSEGV | 0x80}).status, SIGSEGV | 0x80);
  EXPECT_EQ(read_back<Exited>(Exited{SIGKILL}).status, SIGKILL);
  EXPECT_EQ(read_back<Halted>(Halted{SIGTSTP}).signal, SIGTSTP);
}

TEST(ParseStop, ReadsBackSignalsOfEachKind) {
  const std::pair<int, int> kinds[] = {
      {SIGUSR1, SI_USER},   {SIGUSR1, SI_TKILL},   {SIGUSR1, SI_QUEUE},    {SIGALRM, SI_KERNEL},
      {SIGALRM, SI_TIMER},  {SIGCHLD, CLD_KILLED}, {SIGSEGV, SEGV_MAPERR}, {SIGBUS, BUS_ADRERR},
      {SIGILL, ILL_ILLOPN}, {SIGFPE, FPE_INTDIV},  {SIGTRAP, TRAP_BRKPT},  {SIGIO, POLL_IN},
      {SIGSYS, 1},          {SIGRTMIN, SI_QUEUE},  {SIGUSR2, 99},
  };
  std::mt19937_64 random(1);
  for (const auto& [signal, code] : kinds) {
    siginfo_t info{};
    for (std::byte& byte : object_bytes(info)) byte = static_cast<std::byte>(random());
    info.si_signo = signal;
    info.si_code = code;
    const auto back = read_back<Signaled>(Signaled{info});
    EXPECT_TRUE(equal(object_bytes(back.info), object_bytes(info))) << signal_text(info);
  }
}

/// Registers as the call looks at them.
SystemCall meant(const calls::Form& form, SystemCall call) {
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const bool used = i < form.arity() && form.arguments[i].kind != calls::Kind::kUnused;
    call.arguments[i] = used ? calls::meant(form.arguments[i].kind, call.arguments[i]) : 0;
  }
  return call;
}

void expect_read_back(const SystemCall& call) {
  const auto form = calls::form_of(call);
  if (!form) return;
  const std::string line = call_text(call, RecordedPieces(), {.addresses = Addresses::kShown});
  const auto parsed = parse_call(line, {});
  ASSERT_TRUE(parsed.has_value()) << line << ": " << parsed.error();
  EXPECT_EQ(meant(**form, parsed->call), meant(**form, call)) << line;
}

TEST(ParseCall, ReadsBackEachCallAndEachCommandWithAnyRegisters) {
  std::mt19937_64 random(1);
  for (const calls::Call* call : calls::all()) {
    for (int round = 0; round < 20; ++round) {
      SystemCall one{call->number, {}};
      for (std::uint64_t& argument : one.arguments) argument = random() >> random() % 64;
      expect_read_back(one);
      const calls::Commands* commands = call->extra.commands;
      if (commands == nullptr) continue;
      for (const calls::Command& command : commands->rows) {
        one.arguments[commands->argument] = command.value & 0xffff'ffff;
        if (commands->level != calls::Commands::kNoLevel)
          one.arguments[commands->level] = command.value >> 32;
        expect_read_back(one);
      }
    }
  }
}

TEST(ParseCall, ReadsBackCallsThatNobodyKnows) {
  const SystemCall call{400, {1, 2, 3, 4, 5, ~std::uint64_t{0}}};
  const auto parsed = parse_call(call_text(call, RecordedPieces()), {});
  ASSERT_TRUE(parsed.has_value()) << parsed.error();
  EXPECT_EQ(parsed->call, call);
}

TEST(ParseCall, NoWordThatBeginsAStopOrAReplyIsACall) {
  for (const std::string_view word :
       {"ok",        "fail",      "interrupted", "signal",  "handler", "stepped",
        "created",   "born",      "executed",    "exiting", "exited",  "halted",
        "continued", "cont",      "step",        "stepi",   "skip-ok", "skip-fail",
        "interpose", "interrupt", "deliver",     "set"})
    EXPECT_EQ(calls::find(word), nullptr) << word;
}

/// Trailing zeros do not count: they are what is behind a structure that does not name them.
Bytes without_zeros(Bytes bytes) {
  while (!bytes.empty() && bytes.back() == std::byte{0}) bytes.pop_back();
  return bytes;
}

void expect_read_back(const Structure& structure, const Bytes& bytes) {
  const std::string text = text_of(decode(structure, bytes));
  Cursor cursor(text);
  const auto value = cursor.value();
  ASSERT_TRUE(value.has_value()) << text << ": " << value.error();
  const auto back = encode(structure, *value);
  ASSERT_TRUE(back.has_value()) << structure.name << ' ' << text << ": " << back.error();
  EXPECT_TRUE(without_zeros(*back) == without_zeros(bytes)) << structure.name << ' ' << text;
}

TEST(Structures, ReadBackAnyBytes) {
  std::mt19937_64 random(1);
  for (const std::span<const Structure> family :
       {scalar_structures(), time_structures(), file_structures(), task_structures(),
        socket_structures(), signal_structures(), system_structures()}) {
    for (const Structure& structure : family) {
      for (int round = 0; round < 300; ++round) {
        const bool sparse = round % 2 == 0;
        Bytes bytes(structure.size);
        for (std::byte& byte : bytes)
          byte = sparse && random() % 8 != 0 ? std::byte{0} : static_cast<std::byte>(random());
        if (structure.variant != nullptr) {  // most rounds know their kind
          bytes[0] = static_cast<std::byte>(random() % 24);
          bytes[1] = std::byte{0};
        }
        if (structure.variable) bytes.resize(1 + random() % structure.size);
        expect_read_back(structure, bytes);
      }
    }
  }
}

TEST(Structures, HaveTheirFieldsInOrderAndInside) {
  for (const std::span<const Structure> family :
       {scalar_structures(), time_structures(), file_structures(), task_structures(),
        socket_structures(), signal_structures(), system_structures()}) {
    for (const Structure& structure : family) {
      std::size_t end = 0;
      for (const Field& field : structure.fields) {
        EXPECT_GE(field.offset, end) << structure.name << ' ' << field.name;
        end = field.offset + field.size;
      }
      EXPECT_LE(end, structure.size) << structure.name;
    }
  }
}

}  // namespace
}  // namespace mecrr::protocol
