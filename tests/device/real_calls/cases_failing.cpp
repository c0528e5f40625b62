// Calls that meet memory that is not there, after they have written some that is.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr std::uint64_t kNowhere = 16;  // below the lowest address that can be mapped

constexpr Case kCases[] = {
    {"read_into_a_gap",
     [](Scene& scene) {
       scene.call(SYS_read, scene.file("a content that does not fit"), scene.room_at_end(5), 20);
     }},
    {"read_nowhere",
     [](Scene& scene) { scene.fails(EFAULT, SYS_read, scene.file("abc"), kNowhere, 3); }},
    {"read_a_pipe_into_a_gap",
     [](Scene& scene) {
       const auto [from, to] = scene.pipe();
       scene.need(::fcntl(to, F_SETFL, O_DIRECT), "O_DIRECT");  // two packets
       for (int i = 0; i < 2; ++i) scene.need(::write(to, "abcdefgh", 8), "write");
       scene.call(SYS_read, from, scene.room_at_end(5), 20);
       scene.call(SYS_read, from, scene.room_at_end(5), 20);
     }},
    {"read_pages_of_a_pipe_into_a_gap",
     [](Scene& scene) {
       const auto [from, to] = scene.pipe();
       const std::string pages(3 * 4096, 'x');
       scene.need(::write(to, pages.data(), pages.size()), "write");
       scene.ok(SYS_read, from, scene.room_at_end(5000), pages.size());
     }},
    {"readv_of_pages_of_a_pipe_into_a_gap",
     [](Scene& scene) {
       const auto [from, to] = scene.pipe();
       const std::string pages(3 * 4096, 'x');
       scene.need(::write(to, pages.data(), pages.size()), "write");
       const auto parts = scene.iovecs({{scene.room(3000), 3000}, {scene.room_at_end(2000), 9000}});
       scene.ok(SYS_readv, from, parts, 2);
     }},
    {"readv_into_a_gap",
     [](Scene& scene) {
       const int fd = scene.file("a content that does not fit");
       const auto parts =
           scene.iovecs({{scene.room(4), 4}, {scene.room_at_end(5), 20}, {scene.room(4), 4}});
       scene.call(SYS_readv, fd, parts, 3);
     }},
    {"readv_through_an_array_that_ends",
     [](Scene& scene) { scene.call(SYS_readv, scene.file("abc"), scene.room_at_end(16), 2); }},
    {"stat_into_a_gap",
     [](Scene& scene) {
       scene.fails(EFAULT, SYS_stat, scene.text("/etc"), scene.room_at_end(100));
     }},
    {"getdents64_into_a_gap",
     [](Scene& scene) {
       scene.call(SYS_getdents64, scene.open("/etc", O_RDONLY | O_DIRECTORY), scene.room_at_end(60),
                  500);
     }},
    {"pipe_into_a_gap", [](Scene& scene) { scene.fails(EFAULT, SYS_pipe, scene.room_at_end(4)); }},
    {"uname_into_a_gap",
     [](Scene& scene) { scene.fails(EFAULT, SYS_uname, scene.room_at_end(100)); }},
    {"getresuid_partly_nowhere",
     [](Scene& scene) {
       scene.fails(EFAULT, SYS_getresuid, scene.room(4), kNowhere, scene.room(4));
     }},
    {"wait4_with_the_status_nowhere",
     [](Scene& scene) {
       const int child = scene.need(::fork(), "fork");
       if (child == 0) ::_exit(0);
       scene.fails(EFAULT, SYS_wait4, child, kNowhere, 0, scene.room(200));
     }},
    {"getrandom_into_a_gap",
     [](Scene& scene) { scene.call(SYS_getrandom, scene.room_at_end(100), 200, 0); }},
    {"poll_with_the_array_in_a_gap",
     [](Scene& scene) { scene.fails(EFAULT, SYS_poll, scene.room_at_end(8), 2, 0); }},
    {"accept_with_the_length_nowhere",
     [](Scene& scene) {
       const int fd = scene.need(::socket(AF_INET, SOCK_STREAM, 0), "socket");
       scene.need(::listen(fd, 1), "listen");
       sockaddr_in address{};
       socklen_t length = sizeof address;
       auto* any = static_cast<sockaddr*>(static_cast<void*>(&address));
       scene.need(::getsockname(fd, any, &length), "getsockname");
       scene.need(::connect(scene.need(::socket(AF_INET, SOCK_STREAM, 0), "socket"), any, length),
                  "connect");
       scene.fails(EFAULT, SYS_accept, fd, scene.room(64), kNowhere);
     }},
    {"recvfrom_into_a_gap",
     [](Scene& scene) {
       const auto [ours, theirs] = scene.sockets(AF_UNIX, SOCK_DGRAM);
       scene.need(::write(theirs, "abcdefgh", 8), "write");
       scene.fails(EFAULT, SYS_recvfrom, ours, scene.room_at_end(3), 8, 0, scene.room(64),
                   scene.put(socklen_t{64}));
     }},
    {"recvmmsg_with_the_second_in_a_gap",
     [](Scene& scene) {
       const auto [ours, theirs] = scene.sockets(AF_UNIX, SOCK_DGRAM);
       for (int i = 0; i < 2; ++i) scene.need(::write(theirs, "abcdefgh", 8), "write");
       struct {
         std::array<std::uint64_t, 8> first, second;
       } messages{};
       messages.first[2] = scene.iovecs({{scene.room(8), 8}});
       messages.second[2] = scene.iovecs({{scene.room_at_end(3), 8}});
       messages.first[3] = messages.second[3] = 1;
       scene.ok(SYS_recvmmsg, ours, scene.put(messages), 2, MSG_DONTWAIT, 0);
     }},
    {"getsockopt_into_a_gap",
     [](Scene& scene) {
       const int fd = scene.sockets(AF_UNIX, SOCK_STREAM).ours;
       scene.fails(EFAULT, SYS_getsockopt, fd, SOL_SOCKET, SO_PEERCRED, scene.room_at_end(5),
                   scene.put(socklen_t{12}));
     }},
    {"pread64_of_no_descriptor",
     [](Scene& scene) { scene.fails(EBADF, SYS_pread64, -1, scene.room(9), 9, 0); }},
    {"read_interrupted",
     [](Scene& scene) {
       scene.interrupt();
       scene.fails(EINTR, SYS_read, scene.pipe().ours, scene.room(9), 9);
     }},
    {"read_that_would_block",
     [](Scene& scene) {
       const int fd = scene.pipe().ours;
       scene.need(::fcntl(fd, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
       scene.fails(EAGAIN, SYS_read, fd, scene.room(9), 9);
     }},
};

}  // namespace

std::span<const Case> failing_cases() { return kCases; }

}  // namespace mecrr::real_calls
