// Calls on memory as such, and on the system as a whole.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr std::uint32_t kStatmount = 457, kListmount = 458, kLsmGetSelfAttr = 459,
                        kLsmListModules = 461;
constexpr std::uint64_t kRootOfAllMounts = ~std::uint64_t{0};  // LSMT_ROOT
constexpr std::size_t kPage = 4096;

struct MountRequest {
  std::uint32_t size = 24, spare = 0;
  std::uint64_t mount = 0, parameter = 0;
};

std::uint64_t mapped(Scene& scene, std::size_t size) {
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  scene.need(memory == MAP_FAILED ? -1 : 0, "mmap");
  return RemoteAddress::of(memory).value();
}

constexpr Case kCases[] = {
    {"mincore",
     [](Scene& scene) {
       scene.ok(SYS_mincore, mapped(scene, 3 * kPage), 2 * kPage + 1, scene.room(8));
     }},
    {"get_mempolicy",
     [](Scene& scene) { scene.ok(SYS_get_mempolicy, scene.room(4), scene.room(128), 1024, 0, 0); }},
    {"move_pages",
     [](Scene& scene) {
       const std::array<std::uint64_t, 3> pages{mapped(scene, kPage), 4096, mapped(scene, kPage)};
       scene.ok(SYS_move_pages, 0, 3, scene.put(pages), 0, scene.room(12), 0);
     }},
    {"uname", [](Scene& scene) { scene.ok(SYS_uname, scene.room(400)); }},
    {"sysinfo", [](Scene& scene) { scene.ok(SYS_sysinfo, scene.room(112)); }},
    {"ustat",
     [](Scene& scene) {
       struct stat root{};
       scene.need(::stat("/", &root), "stat");
       scene.ok(SYS_ustat, root.st_dev, scene.room(32));
     }},
    {"name_of_index", [](Scene& scene) { scene.ok(SYS_sysfs, 2, 1, scene.room(64)); }},
    {"name_of_index at the end of memory",
     [](Scene& scene) { scene.ok(SYS_sysfs, 2, 0, scene.room_at_end(64)); }},
    {"getrandom", [](Scene& scene) { scene.ok(SYS_getrandom, scene.room(40), 33, 0); }},
    {"SYSLOG_ACTION_READ_ALL", [](Scene& scene) { scene.ok(SYS_syslog, 3, scene.room(500), 500); }},
    {"statmount",
     [](Scene& scene) {
       struct statx root{};
       scene.need(::statx(AT_FDCWD, "/", 0, 0x4000U, &root), "statx");  // STATX_MNT_ID_UNIQUE
       const MountRequest request{.mount = root.stx_mnt_id, .parameter = 0xff};
       scene.ok(kStatmount, scene.put(request), scene.room(4096), 4096, 0);
     }},
    {"listmount",
     [](Scene& scene) {
       const MountRequest request{.mount = kRootOfAllMounts};
       scene.ok(kListmount, scene.put(request), scene.room(800), 100, 0);
     }},
    {"lsm_list_modules",
     [](Scene& scene) {
       scene.ok(kLsmListModules, scene.room(400), scene.put(std::uint32_t{400}), 0);
     }},
    {"lsm_list_modules_without_room",
     [](Scene& scene) {
       scene.call(kLsmListModules, scene.room(4), scene.put(std::uint32_t{4}), 0);
     }},
    {"lsm_get_self_attr",
     [](Scene& scene) {
       constexpr int kCurrent = 100;
       scene.call(kLsmGetSelfAttr, kCurrent, scene.room(400), scene.put(std::uint32_t{400}), 0);
     }},
};

}  // namespace

std::span<const Case> system_cases() { return kCases; }

}  // namespace mecrr::real_calls
