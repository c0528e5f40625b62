// Calls on sockets. How to add one: README.md here.
#include <sys/socket.h>
#include <sys/syscall.h>

#include "device/calls/call.h"
#include "device/calls/commands.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr Argument address_in(std::uint8_t length) { return in(arg(length)).as("sockaddr"); }
// As much of the address as the room before the call takes and the length after it says.
constexpr Argument address_out(std::uint8_t length) { return out(behind(length)).as("sockaddr"); }
constexpr Argument length() { return inout<socklen_t>(); }

// clang-format off
constexpr Call kSocketCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_socket, "socket", {flags(kSocketFamilies), flags(kSocketTypes), sint()}},
    {SYS_connect, "connect", {fd(), address_in(2), sint()}, kAnswer, kMaybe},
    {SYS_accept, "accept", {fd(), address_out(2), length()}, kAnswer, kMaybe},
    {SYS_sendto, "sendto",
     {fd(), in(arg(2)), size(), flags(kMessageFlags), address_in(5), sint()}, kAnswer, kMaybe},
    {SYS_recvfrom, "recvfrom",
     {fd(), out(arg(2), result()), size(), flags(kMessageFlags), address_out(5), length()}, kAnswer, kMaybe},
    {SYS_sendmsg, "sendmsg", {fd(), message_in(), flags(kMessageFlags)}, kAnswer, kMaybe},
    {SYS_recvmsg, "recvmsg", {fd(), message_out(), flags(kMessageFlags)}, kAnswer, kMaybe},
    {SYS_shutdown, "shutdown", {fd(), flags(kShutdownHow)}},
    {SYS_bind, "bind", {fd(), address_in(2), sint()}},
    {SYS_listen, "listen", {fd(), sint()}},
    {SYS_getsockname, "getsockname", {fd(), address_out(2), length()}},
    {SYS_getpeername, "getpeername", {fd(), address_out(2), length()}},
    {SYS_socketpair, "socketpair", {flags(kSocketFamilies), flags(kSocketTypes), sint(), out<int>(bytes(2))}},
    {SYS_setsockopt, "setsockopt", {fd(), flags(kSocketLevels), command(), in(arg(4)), sint()},
     kAnswer, kNever, {.commands = &kSetsockoptCommands}},
    // The length is written on some errors too (ERANGE says how much room it takes).
    {SYS_getsockopt, "getsockopt",
     {fd(), flags(kSocketLevels), command(), out(behind(4)), inout<socklen_t>().on(When::kAlways)},
     kAnswer, kNever, {.commands = &kGetsockoptCommands}},
    {SYS_accept4, "accept4", {fd(), address_out(2), length(), flags(kSocketTypes)}, kAnswer, kMaybe},
    {SYS_recvmmsg, "recvmmsg",
     {fd(), messages_out(arg(2)), uint(), flags(kMessageFlags), inout<timespec>().on(When::kPositive)}, kAnswer, kMaybe},
    {SYS_sendmmsg, "sendmmsg", {fd(), messages_in(arg(2)), uint(), flags(kMessageFlags)}, kAnswer, kMaybe},
};
// clang-format on
static_assert(well_formed(kSocketCalls));

}  // namespace

std::span<const Call> socket_calls() { return kSocketCalls; }

}  // namespace mecrr::calls
