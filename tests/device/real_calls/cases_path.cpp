// Calls on files by their names.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr std::uint32_t kListxattrat = 465, kFileGetattr = 468;

/// The path of a file with an attribute.
std::uint64_t attributed(Scene& scene) {
  const int fd = scene.file("content");
  scene.need(::fsetxattr(fd, "user.colour", "green", 5, 0), "fsetxattr");
  return scene.text(scene.path("file"));
}

std::uint64_t link_to_somewhere(Scene& scene) {
  const std::string path = scene.path("link");
  scene.need(::symlink("somewhere", path.c_str()), "symlink");
  return scene.text(path);
}

constexpr Case kCases[] = {
    {"stat", [](Scene& scene) { scene.ok(SYS_stat, scene.text("/etc"), scene.room(200)); }},
    {"stat_of_nothing",
     [](Scene& scene) { scene.fails(ENOENT, SYS_stat, scene.text("/no/such"), scene.room(200)); }},
    {"lstat", [](Scene& scene) { scene.ok(SYS_lstat, scene.text("/etc"), scene.room(200)); }},
    {"newfstatat",
     [](Scene& scene) {
       scene.ok(SYS_newfstatat, AT_FDCWD, scene.text("/etc"), scene.room(200), 0);
     }},
    {"statx",
     [](Scene& scene) {
       scene.ok(SYS_statx, AT_FDCWD, scene.text("/etc"), 0, STATX_ALL, scene.room(256));
     }},
    {"statfs", [](Scene& scene) { scene.ok(SYS_statfs, scene.text("/"), scene.room(200)); }},
    {"getcwd", [](Scene& scene) { scene.ok(SYS_getcwd, scene.room(200), 200); }},
    {"getcwd_without_room",
     [](Scene& scene) { scene.fails(ERANGE, SYS_getcwd, scene.room(1), 1); }},
    {"readlink",
     [](Scene& scene) { scene.ok(SYS_readlink, link_to_somewhere(scene), scene.room(50), 50); }},
    {"readlink_cut",
     [](Scene& scene) { scene.ok(SYS_readlink, link_to_somewhere(scene), scene.room(50), 4); }},
    {"readlinkat",
     [](Scene& scene) {
       scene.ok(SYS_readlinkat, AT_FDCWD, link_to_somewhere(scene), scene.room(50), 50);
     }},
    {"getxattr",
     [](Scene& scene) {
       scene.ok(SYS_getxattr, attributed(scene), scene.text("user.colour"), scene.room(50), 50);
     }},
    {"getxattr_without_room",
     [](Scene& scene) {
       scene.fails(ERANGE, SYS_getxattr, attributed(scene), scene.text("user.colour"),
                   scene.room(2), 2);
     }},
    {"lgetxattr",
     [](Scene& scene) {
       scene.ok(SYS_lgetxattr, attributed(scene), scene.text("user.colour"), scene.room(50), 50);
     }},
    {"listxattr",
     [](Scene& scene) { scene.ok(SYS_listxattr, attributed(scene), scene.room(50), 50); }},
    {"llistxattr",
     [](Scene& scene) { scene.ok(SYS_llistxattr, attributed(scene), scene.room(50), 50); }},
    {"listxattrat",
     [](Scene& scene) {
       scene.ok(kListxattrat, AT_FDCWD, attributed(scene), 0, scene.room(50), 50);
     }},
    {"file_getattr",
     [](Scene& scene) {
       scene.ok(kFileGetattr, AT_FDCWD, attributed(scene), scene.room(24), 24, 0);
     }},
    {"name_to_handle_at",
     [](Scene& scene) {
       std::array<std::uint32_t, 34> handle{128};
       scene.ok(SYS_name_to_handle_at, AT_FDCWD, scene.text("/etc"), scene.put(handle),
                scene.room(4), 0);
     }},
    {"name_to_handle_at_without_room",
     [](Scene& scene) {
       const std::array<std::uint32_t, 2> handle{0, 0};
       scene.fails(EOVERFLOW, SYS_name_to_handle_at, AT_FDCWD, scene.text("/etc"),
                   scene.put(handle), scene.room(4), 0);
     }},
};

}  // namespace

std::span<const Case> path_cases() { return kCases; }

}  // namespace mecrr::real_calls
