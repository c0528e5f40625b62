// Calls on scheduling, priorities and limits. How to add one: README.md here.
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

#include "device/calls/call.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;

// clang-format off
constexpr Call kSchedulingCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_sched_yield, "sched_yield", {}},
    {SYS_getrlimit, "getrlimit", {flags(kResources), out<rlimit>()}},
    {SYS_getrusage, "getrusage", {flags(kUsageOf), out<rusage>()}},
    {SYS_getpriority, "getpriority", {flags(kPriorityOf), sint()}},
    {SYS_setpriority, "setpriority", {flags(kPriorityOf), sint(), sint()}},
    {SYS_sched_setparam, "sched_setparam", {pid(), in<sched_param>()}},
    {SYS_sched_getparam, "sched_getparam", {pid(), out<sched_param>()}},
    {SYS_sched_setscheduler, "sched_setscheduler", {pid(), flags(kPolicies), in<sched_param>()}},
    {SYS_sched_getscheduler, "sched_getscheduler", {pid()}},
    {SYS_sched_get_priority_max, "sched_get_priority_max", {flags(kPolicies)}},
    {SYS_sched_get_priority_min, "sched_get_priority_min", {flags(kPolicies)}},
    {SYS_sched_rr_get_interval, "sched_rr_get_interval", {pid(), out<timespec>()}},
    {SYS_setrlimit, "setrlimit", {flags(kResources), in<rlimit>()}},
    {SYS_sched_setaffinity, "sched_setaffinity", {pid(), uint(), in(arg(1)).as("cpu_set_t")}},
    {SYS_sched_getaffinity, "sched_getaffinity", {pid(), uint(), out(arg(1), result()).as("cpu_set_t")}},
    {SYS_ioprio_set, "ioprio_set", {flags(kIoPriorityOf), sint(), sint()}},
    {SYS_ioprio_get, "ioprio_get", {flags(kIoPriorityOf), sint()}},
    {SYS_prlimit64, "prlimit64", {pid(), flags(kResources), in<rlimit>(), out<rlimit>()}},
    {SYS_getcpu, "getcpu", {out<std::uint32_t>(), out<std::uint32_t>(), unused()}},
    // The structure begins with its size.
    {SYS_sched_setattr, "sched_setattr", {pid(), in(behind(1)).as("sched_attr"), flags(kNoFlags)}},
    // What the kernel does not know of the room it fills with zeros, newer ones at least.
    {SYS_sched_getattr, "sched_getattr", {pid(), out(arg(2)).as("sched_attr"), uint(), flags(kNoFlags)}},
};
// clang-format on
static_assert(well_formed(kSchedulingCalls));

}  // namespace

std::span<const Call> scheduling_calls() { return kSchedulingCalls; }

}  // namespace mecrr::calls
