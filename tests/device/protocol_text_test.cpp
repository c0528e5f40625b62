// What calls, results, signals and stops look like as lines.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "device/protocol/pieces.h"
#include "device/protocol/text.h"

namespace mecrr::protocol {
namespace {

constexpr std::uint64_t kAt = 0x7f0000001000;

/// Memory that holds `bytes` at kAt.
RecordedPieces holding(ByteView bytes) {
  RecordedPieces pieces;
  pieces.add(RemoteAddress(kAt), bytes);
  return pieces;
}

TEST(CallText, ShowsDataThatIsWritten) {
  const auto memory = holding(as_bytes("this is data"));
  EXPECT_EQ(call_text({SYS_write, {2, kAt, 12}}, memory), "write 2, \"this is data\", 12");
}

TEST(CallText, ShowsAddressesWhereAsked) {
  const auto memory = holding(as_bytes("this is data"));
  EXPECT_EQ(call_text({SYS_write, {2, kAt, 12}}, memory, {.addresses = Addresses::kShown}),
            "write 2, 0x7f0000001000:\"this is data\", 12");
}

TEST(CallText, ShowsABufferToBeFilledAsItsAddressAndAFilledOneAsItsContent) {
  const auto memory = holding(as_bytes("abcdef"));
  EXPECT_EQ(call_text({SYS_read, {3, kAt, 100}}, memory), "read 3, 0x7f0000001000, 100");
  EXPECT_EQ(completed_text({SYS_read, {3, kAt, 100}}, 3, memory), "read 3, \"abc\", 100 = ok 3");
  EXPECT_EQ(completed_text({SYS_read, {3, kAt, 100}}, -EIO, memory),
            "read 3, 0x7f0000001000, 100 = fail EIO");
}

TEST(CallText, CutsLongDataAndSaysSo) {
  const std::string data(200, 'x');
  EXPECT_EQ(call_text({SYS_write, {2, kAt, 200}}, holding(as_bytes(data)), {.bytes = 4}),
            "write 2, \"xxxx\"..., 200");
}

TEST(CallText, ShowsWhatWasRecordedOfLongData) {
  const std::string start(64, 'x');
  EXPECT_EQ(call_text({SYS_write, {2, kAt, 5000}}, holding(as_bytes(start)), {.bytes = 100}),
            "write 2, \"" + start + "\"..., 5000");
}

TEST(CallText, EscapesWhatIsNotPrintableAndGivesBinaryDataInHexadecimal) {
  const auto text = holding(as_bytes("a\t\"b\\\n"));
  EXPECT_EQ(call_text({SYS_write, {1, kAt, 6}}, text), R"(write 1, "a\t\"b\\\n", 6)");
  const std::array<std::byte, 4> binary{std::byte{0x7f}, std::byte{0}, std::byte{1},
                                        std::byte{'F'}};
  EXPECT_EQ(call_text({SYS_write, {1, kAt, 4}}, holding(binary)), R"(write 1, x"7f000146", 4)");
}

TEST(CallText, NamesFlagsModesAndDirectories) {
  const auto memory = holding(as_bytes(std::string_view("/etc/passwd", 12)));
  EXPECT_EQ(call_text({SYS_openat, {static_cast<std::uint64_t>(-100), kAt, 0x80041, 0644}}, memory),
            "openat AT_FDCWD, \"/etc/passwd\", O_WRONLY|O_CREAT|O_CLOEXEC, 0644");
}

TEST(CallText, EndsARecordedPathWhereItsPieceEnds) {
  const auto memory = holding(as_bytes("/etc/passwd"));
  EXPECT_EQ(call_text({SYS_unlink, {kAt}}, memory), "unlink \"/etc/passwd\"");
}

TEST(CallText, NamesCommandsAndTheirFlags) {
  EXPECT_EQ(call_text({SYS_futex, {kAt, 0 | 128, 1, 0}}, RecordedPieces{}),
            "futex 0x7f0000001000, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 1, null");
  EXPECT_EQ(call_text({SYS_ioctl, {1, 0x5499, 7}}, RecordedPieces{}), "ioctl 1, 0x5499, 0x7");
}

TEST(CallText, ShowsCallsThatNobodyKnowsWithAllRegisters) {
  EXPECT_EQ(call_text({400, {1, 2, 3, 4, 5, 6}}, RecordedPieces{}),
            "call_400 0x1, 0x2, 0x3, 0x4, 0x5, 0x6");
}

TEST(CallText, TakesSocketAddressesApart) {
  const sockaddr_in address{.sin_family = AF_INET,
                            .sin_port = htons(80),
                            .sin_addr = {htonl(0x7f000001)},
                            .sin_zero = {}};
  EXPECT_EQ(call_text({SYS_connect, {3, kAt, sizeof address}}, holding(object_bytes(address))),
            "connect 3, {family: AF_INET, port: 80, address: \"127.0.0.1\"}, 16");
}

TEST(CallText, TakesArraysOfStructuresApart) {
  const std::array<pollfd, 2> fds{pollfd{3, POLLIN, 0}, pollfd{4, POLLIN | POLLOUT, POLLOUT}};
  EXPECT_EQ(completed_text({SYS_poll, {kAt, 2, 5}}, 1, holding(object_bytes(fds))),
            "poll [{fd: 3, events: POLLIN, revents: 0}, {fd: 4, events: POLLIN|POLLOUT, "
            "revents: POLLOUT}], 2, 5 = ok 1");
}

TEST(CallText, ShowsWhatNoFieldCovers) {
  std::array<std::byte, 16> address{};
  address[0] = std::byte{2};
  address[9] = std::byte{7};
  EXPECT_EQ(
      call_text({SYS_bind, {3, kAt, 16}}, holding(address)),
      R"(bind 3, {family: AF_INET, port: 0, address: "0.0.0.0", @8: x"0007000000000000"}, 16)");
}

TEST(CallText, FollowsIovecsAndShowsOnlyWhatWasReceived) {
  struct {
    std::array<iovec, 2> parts;
    std::array<char, 8> data;
  } memory{};
  memory.parts[0] = {RemoteAddress(kAt + sizeof memory.parts).as_pointer(), 4};
  memory.parts[1] = {RemoteAddress(kAt + sizeof memory.parts + 4).as_pointer(), 4};
  std::ranges::copy(std::string_view("abcdefgh"), memory.data.begin());
  const auto pieces = holding(object_bytes(memory));
  EXPECT_EQ(call_text({SYS_writev, {1, kAt, 2}}, pieces),
            R"(writev 1, [{base: "abcd", len: 4}, {base: "efgh", len: 4}], 2)");
  EXPECT_EQ(completed_text({SYS_readv, {1, kAt, 2}}, 6, pieces),
            R"(readv 1, [{base: "abcd", len: 4}, {base: "ef", len: 4}], 2 = ok 6)");
}

TEST(ResultText, TellsValuesErrorsAndInterruptionsApart) {
  EXPECT_EQ(result_text(12), "ok 12");
  EXPECT_EQ(result_text(0x7f0000001000), "ok 0x7f0000001000");
  EXPECT_EQ(result_text(-5), "fail EIO");
  EXPECT_EQ(result_text(-4), "fail EINTR");
  EXPECT_EQ(result_text(-512), "interrupted ERESTARTSYS");
  EXPECT_EQ(result_text(-516), "interrupted ERESTART_RESTARTBLOCK");
  EXPECT_EQ(result_text(-4095), "fail 4095");
  EXPECT_EQ(result_text(-4096), "ok 0xfffffffffffff000");
}

TEST(SignalText, SaysWhoSentItAndWhatItMeans) {
  siginfo_t info{};
  info.si_signo = SIGCHLD;
  info.si_code = CLD_EXITED;
  info.si_pid = 4711;
  info.si_status = 3;
  EXPECT_EQ(
      signal_text(info),
      "SIGCHLD {errno: 0, code: CLD_EXITED, pid: 4711, uid: 0, status: 3, utime: 0, stime: 0}");
  info = {};
  info.si_signo = SIGSEGV;
  info.si_code = SEGV_MAPERR;
  info.si_addr = RemoteAddress(0x10).as_pointer();
  EXPECT_EQ(signal_text(info), "SIGSEGV {errno: 0, code: SEGV_MAPERR, addr: 0x10}");
}

TEST(StopText, HasAWordForEachStop) {
  const RecordedPieces none;
  EXPECT_EQ(text_of(Stop(Called{{SYS_getpid, {}}}), none), "getpid");
  EXPECT_EQ(text_of(Stop(Returned{{SYS_getpid, {}}, 12}), none), "ok 12");
  EXPECT_EQ(text_of(Stop(HandlerEntered{SIGUSR1}), none), "handler SIGUSR1");
  EXPECT_EQ(text_of(Stop(Stepped{}), none), "stepped");
  EXPECT_EQ(text_of(Stop(Created{Tid(12), Pid(11), 0x50f00}), none),
            "created 12, 11, CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|"
            "CLONE_SYSVSEM");
  EXPECT_EQ(text_of(Stop(Born{}), none), "born");
  EXPECT_EQ(text_of(Stop(Executed{Tid(12)}), none), "executed 12");
  EXPECT_EQ(text_of(Stop(Exiting{3 << 8}), none), "exiting status 3");
  EXPECT_EQ(text_of(Stop(Exited{SIGSEGV | 0x80}), none), "exited SIGSEGV core");
  EXPECT_EQ(text_of(Stop(Halted{SIGTSTP}), none), "halted SIGTSTP");
  EXPECT_EQ(text_of(Stop(Continued{}), none), "continued");
  EXPECT_EQ(text_of(Stop(Answered{}), none), "answered");
  EXPECT_EQ(text_of(Stop(Shaped{}), none), "shaped");
  EXPECT_EQ(text_of(Stop(Probed{}), none), "probed");
}

TEST(CommandText, HasAWordForEachCommand) {
  const auto memory = holding(as_bytes("this is data"));
  EXPECT_EQ(text_of(Command(mecrr::Run{}), memory), "cont");
  EXPECT_EQ(text_of(Command(Step{}), memory), "step");
  EXPECT_EQ(text_of(Command(Skip{12}), memory), "skip-ok 12");
  EXPECT_EQ(text_of(Command(Skip{-EIO}), memory), "skip-fail EIO");
  EXPECT_EQ(text_of(Command(Alter{{SYS_write, {4, kAt, 12}}}), memory),
            "write 4, \"this is data\", 12");
  EXPECT_EQ(text_of(Command(SingleStep{}), memory), "stepi");
}

TEST(RecordedPieces, GiveWhatWasAddedLastAndNothingElse) {
  RecordedPieces pieces;
  pieces.add(RemoteAddress(100), as_bytes("aaaaaaaaaa"));
  pieces.add(RemoteAddress(103), as_bytes("bbb"));
  pieces.add(RemoteAddress(108), as_bytes("cccc"));
  EXPECT_EQ(as_text(*read_bytes(pieces, RemoteAddress(100), 12)), "aaabbbaacccc");
  EXPECT_EQ(as_text(*read_bytes(pieces, RemoteAddress(105), 3)), "baa");
  EXPECT_FALSE(read_bytes(pieces, RemoteAddress(99), 2));
  EXPECT_FALSE(read_bytes(pieces, RemoteAddress(111), 2));
  pieces.add(RemoteAddress(~std::uint64_t{0}), as_bytes("beyond"));
  EXPECT_FALSE(read_bytes(pieces, RemoteAddress(~std::uint64_t{0}), 1));
}

}  // namespace
}  // namespace mecrr::protocol
