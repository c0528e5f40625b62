// Calls on open files.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr std::string_view kContent = "some content of a file";
constexpr long kOffset = 5;

int directory(Scene& scene) { return scene.open("/etc", O_RDONLY | O_DIRECTORY); }

int attributed(Scene& scene) {
  const int fd = scene.file(kContent);
  scene.need(::fsetxattr(fd, "user.colour", "green", 5, 0), "fsetxattr");
  return fd;
}

struct flock whole_file() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  return lock;
}

constexpr Case kCases[] = {
    {"read", [](Scene& scene) { scene.ok(SYS_read, scene.file(kContent), scene.room(100), 100); }},
    {"read_fewer_than_there_are",
     [](Scene& scene) { scene.ok(SYS_read, scene.file(kContent), scene.room(100), 7); }},
    {"read_at_the_end",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       scene.need(::lseek(fd, 0, SEEK_END), "lseek");
       scene.ok(SYS_read, fd, scene.room(100), 100);
     }},
    {"pread64",
     [](Scene& scene) {
       scene.ok(SYS_pread64, scene.file(kContent), scene.room(100), 100, kOffset);
     }},
    {"readv",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       const auto parts =
           scene.iovecs({{scene.room(8), 8}, {scene.room(0), 0}, {scene.room(50), 50}});
       scene.ok(SYS_readv, fd, parts, 3);
     }},
    {"preadv",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       const auto parts = scene.iovecs({{scene.room(3), 3}, {scene.room(50), 50}});
       scene.ok(SYS_preadv, fd, parts, 2, kOffset, 0);
     }},
    {"preadv2",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       const auto parts = scene.iovecs({{scene.room(3), 3}, {scene.room(50), 50}});
       scene.ok(SYS_preadv2, fd, parts, 2, -1, 0, 0);
     }},
    {"fstat", [](Scene& scene) { scene.ok(SYS_fstat, scene.file(kContent), scene.room(200)); }},
    {"fstatfs", [](Scene& scene) { scene.ok(SYS_fstatfs, scene.file(kContent), scene.room(200)); }},
    {"getdents",
     [](Scene& scene) { scene.ok(SYS_getdents, directory(scene), scene.room(500), 500); }},
    {"getdents64",
     [](Scene& scene) { scene.ok(SYS_getdents64, directory(scene), scene.room(500), 500); }},
    {"getdents64_without_room",
     [](Scene& scene) {
       scene.fails(EINVAL, SYS_getdents64, directory(scene), scene.room(10), 10);
     }},
    {"pipe", [](Scene& scene) { scene.ok(SYS_pipe, scene.room(8)); }},
    {"pipe2", [](Scene& scene) { scene.ok(SYS_pipe2, scene.room(8), O_CLOEXEC); }},
    {"sendfile",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       scene.ok(SYS_sendfile, scene.pipe().theirs, fd, scene.put(kOffset), 10);
     }},
    {"sendfile_to_nobody",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       scene.fails(EBADF, SYS_sendfile, -1, fd, scene.put(kOffset), 10);
     }},
    {"splice",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       const auto [from, to] = scene.pipe();
       scene.ok(SYS_splice, fd, scene.put(kOffset), to, 0, 10, 0);
       scene.ok(SYS_splice, from, 0, fd, scene.put(kOffset), 10, 0);
     }},
    {"vmsplice_out_of_a_pipe",
     [](Scene& scene) {
       const auto [from, to] = scene.pipe();
       scene.need(::write(to, "abcdef", 6), "write");
       const auto parts = scene.iovecs({{scene.room(4), 4}, {scene.room(50), 50}});
       scene.ok(SYS_vmsplice, from, parts, 2, 0);
     }},
    {"vmsplice_into_a_pipe",
     [](Scene& scene) {
       const auto parts = scene.iovecs({{scene.text("abc"), 4}});
       scene.ok(SYS_vmsplice, scene.pipe().theirs, parts, 1, 0);
     }},
    {"copy_file_range",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       const int to = scene.open(scene.path("copy").c_str(), O_RDWR | O_CREAT);
       scene.ok(SYS_copy_file_range, fd, scene.put(kOffset), to, scene.put(kOffset), 10, 0);
     }},
    {"copy_file_range_beyond_the_end",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       const int to = scene.open(scene.path("copy").c_str(), O_RDWR | O_CREAT);
       scene.ok(SYS_copy_file_range, fd, scene.put(1000L), to, scene.put(kOffset), 10, 0);
     }},
    {"fgetxattr",
     [](Scene& scene) {
       scene.ok(SYS_fgetxattr, attributed(scene), scene.text("user.colour"), scene.room(50), 50);
     }},
    {"fgetxattr_asking_for_the_size",
     [](Scene& scene) {
       scene.ok(SYS_fgetxattr, attributed(scene), scene.text("user.colour"), scene.room(50), 0);
     }},
    {"flistxattr",
     [](Scene& scene) { scene.ok(SYS_flistxattr, attributed(scene), scene.room(99), 99); }},
    {"cachestat",
     [](Scene& scene) {
       const std::array<std::uint64_t, 2> range{0, 100};
       scene.ok(451, scene.file(kContent), scene.put(range), scene.room(100), 0);
     }},
    {"F_GETLK",
     [](Scene& scene) {
       scene.ok(SYS_fcntl, scene.file(kContent), F_GETLK, scene.put(whole_file()));
     }},
    {"F_GETLK_of_a_lock",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       const auto [locked, lock_taken] = scene.pipe();
       if (scene.need(::fork(), "fork") == 0) {
         struct flock lock = whole_file();
         ::fcntl(fd, F_SETLK, &lock);
         scene.need(::write(lock_taken, "x", 1), "write");
         ::pause();  // the lock lasts as long as this process
       }
       char byte = 0;
       scene.need(::read(locked, &byte, 1), "read");
       scene.ok(SYS_fcntl, fd, F_GETLK, scene.put(whole_file()));
     }},
    {"F_OFD_GETLK",
     [](Scene& scene) {
       scene.ok(SYS_fcntl, scene.file(kContent), F_OFD_GETLK, scene.put(whole_file()));
     }},
    {"F_GETOWN_EX",
     [](Scene& scene) { scene.ok(SYS_fcntl, scene.file(kContent), F_GETOWN_EX, scene.room(20)); }},
    {"F_GETOWNER_UIDS",
     [](Scene& scene) { scene.ok(SYS_fcntl, scene.file(kContent), 17, scene.room(20)); }},
    {"F_GET_RW_HINT",
     [](Scene& scene) {
       scene.ok(SYS_fcntl, scene.file(kContent), F_GET_RW_HINT, scene.room(20));
     }},
    {"F_GET_FILE_RW_HINT",
     [](Scene& scene) {
       scene.call(SYS_fcntl, scene.file(kContent), F_GET_FILE_RW_HINT, scene.room(20));
     }},
    {"FIONREAD",
     [](Scene& scene) { scene.ok(SYS_ioctl, scene.file(kContent), 0x541B, scene.room(16)); }},
    {"FIGETBSZ",
     [](Scene& scene) { scene.ok(SYS_ioctl, scene.file(kContent), FIGETBSZ, scene.room(16)); }},
    {"FIBMAP",
     [](Scene& scene) { scene.ok(SYS_ioctl, scene.file(kContent), FIBMAP, scene.put(0L)); }},
    {"FIOQSIZE",
     [](Scene& scene) { scene.ok(SYS_ioctl, scene.file(kContent), 0x5460, scene.room(16)); }},
    {"FS_IOC_GETFLAGS",
     [](Scene& scene) {
       scene.ok(SYS_ioctl, scene.file(kContent), FS_IOC_GETFLAGS, scene.room(16));
     }},
    {"FS_IOC_GETVERSION",
     [](Scene& scene) {
       scene.ok(SYS_ioctl, scene.file(kContent), FS_IOC_GETVERSION, scene.room(16));
     }},
    {"FS_IOC_FSGETXATTR",
     [](Scene& scene) {
       scene.ok(SYS_ioctl, scene.file(kContent), FS_IOC_FSGETXATTR, scene.room(50));
     }},
    {"FS_IOC_GETFSLABEL",
     [](Scene& scene) {
       scene.ok(SYS_ioctl, scene.file(kContent), FS_IOC_GETFSLABEL, scene.room(FSLABEL_MAX));
     }},
    {"FITRIM",
     [](Scene& scene) {
       const fstrim_range range{.start = 0, .len = 4096, .minlen = 0};
       scene.call(SYS_ioctl, scene.file(kContent), FITRIM, scene.put(range));
     }},
    {"FIDEDUPERANGE",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       const int to = scene.open(scene.path("copy").c_str(), O_RDWR | O_CREAT);
       // offset, length, one destination: descriptor, offset, bytes done, status
       const std::array<std::uint64_t, 7> range{0, kContent.size(), 1,
                                                static_cast<std::uint64_t>(to)};
       scene.call(SYS_ioctl, fd, FIDEDUPERANGE, scene.put(range));
     }},
    {"FS_IOC_FIEMAP",
     [](Scene& scene) {
       const int fd = scene.file(kContent);
       scene.need(::fsync(fd), "fsync");
       std::array<std::uint64_t, 4> map{0, ~std::uint64_t{0}, 1, 3};  // room for 3 extents
       Bytes bytes = to_bytes(object_bytes(map));
       bytes.resize(bytes.size() + 3 * 56);
       scene.ok(SYS_ioctl, fd, 0xC020660B, scene.put(ByteView(bytes)));
     }},
};

}  // namespace

std::span<const Case> file_cases() { return kCases; }

}  // namespace mecrr::real_calls
