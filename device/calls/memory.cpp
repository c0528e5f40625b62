// Calls on the address space. How to add one: README.md here.
#include <sys/syscall.h>

#include <cerrno>

#include "device/calls/call.h"
#include "device/calls/families.h"
#include "device/calls/flag_sets.h"

namespace mecrr::calls {
namespace {

using enum Replay;
using enum Blocks;

constexpr std::uint32_t kMapShadowStack = 453, kMseal = 462;

constexpr Argument node_mask(std::uint8_t count_argument) {
  return in(bits(count_argument, 1)).as("nodemask");
}

// clang-format off
constexpr Call kMemoryCalls[] = {
    // number, name, arguments, replay, blocks
    {SYS_mmap, "mmap", {address(), size(), flags(kProtections), flags(kMapFlags), fd(), slong()}, kMemory},
    {SYS_mprotect, "mprotect", {address(), size(), flags(kProtections)}, kMemory},
    {SYS_munmap, "munmap", {address(), size()}, kMemory},
    {SYS_brk, "brk", {address()}, kMemory},
    {SYS_mremap, "mremap", {address(), size(), size(), flags(kRemapFlags), address()}, kMemory},
    {SYS_msync, "msync", {address(), size(), flags(kSyncFlags)}, kAnswer, kMaybe},
    {SYS_mincore, "mincore", {address(), size(), out(pages(1))}},
    {SYS_madvise, "madvise", {address(), size(), flags(kMemoryAdvice)}, kMemory},
    {SYS_shmat, "shmat", {sint(), address(), flags(kShmFlags)}, kMemory},
    {SYS_shmdt, "shmdt", {address()}, kMemory},
    {SYS_mlock, "mlock", {address(), size()}},
    {SYS_munlock, "munlock", {address(), size()}},
    {SYS_mlockall, "mlockall", {flags(kLockAllFlags)}},
    {SYS_munlockall, "munlockall", {}},
    {SYS_remap_file_pages, "remap_file_pages",
     {address(), size(), flags(kProtections), size(), flags(kMapFlags)}, kMemory},
    {SYS_mbind, "mbind",
     {address(), size(), flags(kMemoryPolicies), node_mask(4), size(), flags(kMovePagesFlags)}},
    {SYS_set_mempolicy, "set_mempolicy", {flags(kMemoryPolicies), node_mask(2), size()}},
    {SYS_get_mempolicy, "get_mempolicy",
     {out<int>(), out(bits(2, 1)).as("nodemask"), size(), address(), wide_flags(kGetPolicyFlags)}},
    {SYS_migrate_pages, "migrate_pages", {pid(), size(), node_mask(1), node_mask(1)}},
    // Status words are written one by one until an error ends it.
    {SYS_move_pages, "move_pages",
     {pid(), size(), in(arg(1) * 8).as("addresses"), in<int>(arg(1)), out<int>(arg(1)).on(When::kAlways),
      flags(kMovePagesFlags)}},
    // Fills a userfault's pages behind everybody's back; a kernel without CONFIG_USERFAULTFD.
    {SYS_userfaultfd, "userfaultfd", {flags(kDescriptorFlags)}, kRefuse, kNever, {.refusal = {ENOSYS}}},
    {SYS_membarrier, "membarrier", {flags(kMembarrierCommands), uint(), sint()}},
    {SYS_mlock2, "mlock2", {address(), size(), flags(kLockFlags)}},
    {SYS_pkey_mprotect, "pkey_mprotect", {address(), size(), flags(kProtections), sint()}, kMemory},
    // A processor without protection keys has none to give, and no PKRU register to differ in.
    {SYS_pkey_alloc, "pkey_alloc", {uint(), uint()}, kRefuse, kNever, {.refusal = {ENOSPC, Warn::kNo}}},
    {SYS_pkey_free, "pkey_free", {sint()}},
    // Discards or moves pages, also of other processes, at moments that the log could not place.
    {SYS_process_madvise, "process_madvise",
     {fd(), iovecs_in(arg(2)), size(), flags(kMemoryAdvice), flags(kNoFlags)},
     kRefuse, kNever, {.refusal = {ENOSYS, Warn::kNo}}},
    // No debugger can read such memory.
    {SYS_memfd_secret, "memfd_secret", {flags(kMemfdFlags)}, kRefuse, kNever, {.refusal = {ENOSYS}}},
    {SYS_set_mempolicy_home_node, "set_mempolicy_home_node", {address(), size(), size(), flags(kNoFlags)}},
    {kMapShadowStack, "map_shadow_stack", {address(), size(), flags(kNoFlags)},
     kRefuse, kNever, {.refusal = {ENOSYS, Warn::kNo}}},  // CPUs without shadow stacks
    {kMseal, "mseal", {address(), size(), flags(kNoFlags)}},
};
// clang-format on
static_assert(well_formed(kMemoryCalls));

}  // namespace

std::span<const Call> memory_calls() { return kMemoryCalls; }

}  // namespace mecrr::calls
