// Names of flags of calls on memory.
#include <linux/membarrier.h>
#include <linux/mempolicy.h>
#include <sys/mman.h>

#include "device/calls/flag_sets.h"

#define NAMED(name) {#name, name}         // undefined below
#define VALUE(name) {#name, name, ~0ull}  // one value of many, no bits

namespace mecrr::calls {
namespace {

// clang-format off
constexpr Flag kProtectionNames[] = {
    NAMED(PROT_NONE), NAMED(PROT_READ), NAMED(PROT_WRITE), NAMED(PROT_EXEC), NAMED(PROT_GROWSDOWN), NAMED(PROT_GROWSUP),
};
constexpr Flag kMapNames[] = {
    {"MAP_SHARED", 1, 15}, {"MAP_PRIVATE", 2, 15}, {"MAP_SHARED_VALIDATE", 3, 15},
    NAMED(MAP_FIXED), NAMED(MAP_ANONYMOUS), {"MAP_32BIT", 0x40}, NAMED(MAP_GROWSDOWN), NAMED(MAP_DENYWRITE),
    NAMED(MAP_EXECUTABLE), NAMED(MAP_LOCKED), NAMED(MAP_NORESERVE), NAMED(MAP_POPULATE), NAMED(MAP_NONBLOCK),
    NAMED(MAP_STACK), NAMED(MAP_HUGETLB), NAMED(MAP_SYNC), NAMED(MAP_FIXED_NOREPLACE),
};
// clang-format on
constexpr Flag kRemapNames[] = {
    NAMED(MREMAP_MAYMOVE), NAMED(MREMAP_FIXED), {"MREMAP_DONTUNMAP", 4}};
constexpr Flag kSyncNames[] = {NAMED(MS_ASYNC), NAMED(MS_INVALIDATE), NAMED(MS_SYNC)};
// clang-format off
constexpr Flag kAdviceNames[] = {
    VALUE(MADV_NORMAL), VALUE(MADV_RANDOM), VALUE(MADV_SEQUENTIAL), VALUE(MADV_WILLNEED), VALUE(MADV_DONTNEED),
    VALUE(MADV_FREE), VALUE(MADV_REMOVE), VALUE(MADV_DONTFORK), VALUE(MADV_DOFORK), VALUE(MADV_HWPOISON),
    VALUE(MADV_MERGEABLE), VALUE(MADV_UNMERGEABLE), VALUE(MADV_HUGEPAGE), VALUE(MADV_NOHUGEPAGE), VALUE(MADV_DONTDUMP),
    VALUE(MADV_DODUMP), VALUE(MADV_WIPEONFORK), VALUE(MADV_KEEPONFORK), VALUE(MADV_COLD), VALUE(MADV_PAGEOUT),
    VALUE(MADV_POPULATE_READ), VALUE(MADV_POPULATE_WRITE), {"MADV_DONTNEED_LOCKED", 24, ~0ull}, {"MADV_COLLAPSE", 25, ~0ull},
    {"MADV_SOFT_OFFLINE", 101, ~0ull}, {"MADV_GUARD_INSTALL", 102, ~0ull}, {"MADV_GUARD_REMOVE", 103, ~0ull},
};
// clang-format on
constexpr Flag kLockNames[] = {NAMED(MLOCK_ONFAULT)};
constexpr Flag kLockAllNames[] = {NAMED(MCL_CURRENT), NAMED(MCL_FUTURE), NAMED(MCL_ONFAULT)};
// clang-format off
constexpr Flag kPolicyNames[] = {
    {"MPOL_DEFAULT", 0, 0xfff}, {"MPOL_PREFERRED", 1, 0xfff}, {"MPOL_BIND", 2, 0xfff}, {"MPOL_INTERLEAVE", 3, 0xfff},
    {"MPOL_LOCAL", 4, 0xfff}, {"MPOL_PREFERRED_MANY", 5, 0xfff}, {"MPOL_WEIGHTED_INTERLEAVE", 6, 0xfff},
    {"MPOL_F_STATIC_NODES", 1 << 15}, {"MPOL_F_RELATIVE_NODES", 1 << 14}, {"MPOL_F_NUMA_BALANCING", 1 << 13},
};
// clang-format on
constexpr Flag kGetPolicyNames[] = {NAMED(MPOL_F_NODE), NAMED(MPOL_F_ADDR),
                                    NAMED(MPOL_F_MEMS_ALLOWED)};
constexpr Flag kMovePagesNames[] = {NAMED(MPOL_MF_STRICT), NAMED(MPOL_MF_MOVE),
                                    NAMED(MPOL_MF_MOVE_ALL)};
// clang-format off
constexpr Flag kMembarrierNames[] = {
    VALUE(MEMBARRIER_CMD_QUERY), VALUE(MEMBARRIER_CMD_GLOBAL), VALUE(MEMBARRIER_CMD_GLOBAL_EXPEDITED),
    VALUE(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED), VALUE(MEMBARRIER_CMD_PRIVATE_EXPEDITED),
    VALUE(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED), VALUE(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE),
    VALUE(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), VALUE(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ),
    VALUE(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ), {"MEMBARRIER_CMD_GET_REGISTRATIONS", 512, ~0ull},
};
// clang-format on

}  // namespace

const FlagSet kProtections{"protections", kProtectionNames};
const FlagSet kMapFlags{"map flags", kMapNames};
const FlagSet kRemapFlags{"mremap flags", kRemapNames};
const FlagSet kSyncFlags{"msync flags", kSyncNames};
const FlagSet kMemoryAdvice{"memory advice", kAdviceNames};
const FlagSet kLockFlags{"mlock flags", kLockNames};
const FlagSet kLockAllFlags{"mlockall flags", kLockAllNames};
const FlagSet kMemoryPolicies{"memory policies", kPolicyNames};
const FlagSet kGetPolicyFlags{"get_mempolicy flags", kGetPolicyNames};
const FlagSet kMovePagesFlags{"page moving flags", kMovePagesNames};
const FlagSet kMembarrierCommands{"membarrier commands", kMembarrierNames};

}  // namespace mecrr::calls

#undef NAMED
#undef VALUE
