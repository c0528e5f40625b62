// Calls on users, groups, capabilities and keys. How to add one: README.md here.
#include <sys/syscall.h>
#include <sys/types.h>

#include "device/calls/call.h"
#include "device/calls/commands.h"
#include "device/calls/effects/effect.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

// clang-format off
constexpr Call kIdentityCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_getuid, "getuid", {}},
    {SYS_getgid, "getgid", {}},
    {SYS_setuid, "setuid", {user()}},
    {SYS_setgid, "setgid", {user()}},
    {SYS_geteuid, "geteuid", {}},
    {SYS_getegid, "getegid", {}},
    {SYS_setreuid, "setreuid", {user(), user()}},
    {SYS_setregid, "setregid", {user(), user()}},
    {SYS_getgroups, "getgroups", {sint(), out<gid_t>(arg(0), result())}},
    {SYS_setgroups, "setgroups", {sint(), in<gid_t>(arg(0))}},
    {SYS_setresuid, "setresuid", {user(), user(), user()}},
    {SYS_getresuid, "getresuid", {out<uid_t>(), out<uid_t>(), out<uid_t>()}},
    {SYS_setresgid, "setresgid", {user(), user(), user()}},
    {SYS_getresgid, "getresgid", {out<gid_t>(), out<gid_t>(), out<gid_t>()}},
    {SYS_setfsuid, "setfsuid", {user()}},
    {SYS_setfsgid, "setfsgid", {user()}},
    // The header's version says how much data there is.
    {SYS_capget, "capget", {in(bytes(8)).as("cap_user_header"), address()}, kAnswer, kNever, {.effect = &effects::kCapget}},
    {SYS_capset, "capset", {in(bytes(8)).as("cap_user_header"), address()}, kAnswer, kNever, {.effect = &effects::kCapset}},
    {SYS_add_key, "add_key", {text(), text(), in(arg(3)), size(), flags(kKeyrings)}},
    {SYS_request_key, "request_key", {text(), text(), text(), flags(kKeyrings)}, kAnswer, kMaybe},
    {SYS_keyctl, "keyctl", {command(), size(), size(), size(), size()},
     kAnswer, kNever, {.commands = &kKeyctlCommands}},
};
// clang-format on
static_assert(well_formed(kIdentityCalls));

}  // namespace

std::span<const Call> identity_calls() { return kIdentityCalls; }

}  // namespace mecrr::calls
