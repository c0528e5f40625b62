// System V IPC and POSIX message queues.
#include <fcntl.h>
#include <fmt/format.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

// As the kernel has them.
constexpr int kInfo = 3, kShmStat = 13, kShmInfo = 14, kShmStatAny = 15, kMsgStat = 11,
              kMsgInfo = 12, kMsgStatAny = 13, kSemStat = 18, kSemInfo = 19, kSemStatAny = 20;
constexpr int kSemaphores = 5;
constexpr int kIndexMask = 0x7fff;

// IPC objects outlive processes: each is removed with its case.

int segment(Scene& scene) {
  const int id = scene.need(::shmget(IPC_PRIVATE, 4096, 0600), "shmget");
  scene.at_end([id] { ::shmctl(id, IPC_RMID, nullptr); });
  return id;
}

int semaphores(Scene& scene) {
  const int id = scene.need(::semget(IPC_PRIVATE, kSemaphores, 0600), "semget");
  scene.at_end([id] { ::semctl(id, 0, IPC_RMID); });
  scene.need(::semctl(id, 0, SETVAL, 7), "SETVAL");
  return id;
}

int queue(Scene& scene) {
  const int id = scene.need(::msgget(IPC_PRIVATE, 0600), "msgget");
  scene.at_end([id] { ::msgctl(id, IPC_RMID, nullptr); });
  const struct {
    long type;
    std::array<char, 6> text;
  } message{5, {'a', 'b', 'c', 'd', 'e', 'f'}};
  scene.need(::msgsnd(id, &message, sizeof message.text, 0), "msgsnd");
  return id;
}

/// Where the kernel keeps an object, which the commands by index ask for.
int index_of(int id) { return id & kIndexMask; }

int posix_queue(Scene& scene) {
  mq_attr attributes{};
  attributes.mq_maxmsg = 2;
  attributes.mq_msgsize = 50;
  const std::string name = fmt::format("mecrr-real-call-{}", ::getpid());
  const int fd = scene.need(
      ::syscall(SYS_mq_open, name.c_str(), O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attributes),
      "mq_open");
  scene.need(::syscall(SYS_mq_unlink, name.c_str()), "mq_unlink");
  scene.need(::syscall(SYS_mq_timedsend, fd, "abcdef", 6, 3, nullptr), "mq_timedsend");
  return fd;
}

constexpr Case kCases[] = {
    {"shmctl IPC_STAT",
     [](Scene& scene) { scene.ok(SYS_shmctl, segment(scene), IPC_STAT, scene.room(112)); }},
    {"shmctl IPC_INFO",
     [](Scene& scene) { scene.ok(SYS_shmctl, segment(scene), kInfo, scene.room(112)); }},
    {"shmctl SHM_INFO",
     [](Scene& scene) { scene.ok(SYS_shmctl, segment(scene), kShmInfo, scene.room(112)); }},
    {"shmctl SHM_STAT",
     [](Scene& scene) {
       const int index = index_of(segment(scene));
       scene.ok(SYS_shmctl, index, kShmStat, scene.room(112));
       scene.ok(SYS_shmctl, index, kShmStatAny, scene.room(112));
     }},
    {"semctl IPC_STAT",
     [](Scene& scene) { scene.ok(SYS_semctl, semaphores(scene), 0, IPC_STAT, scene.room(112)); }},
    {"semctl IPC_INFO",
     [](Scene& scene) { scene.ok(SYS_semctl, semaphores(scene), 0, kInfo, scene.room(112)); }},
    {"semctl SEM_INFO",
     [](Scene& scene) { scene.ok(SYS_semctl, semaphores(scene), 0, kSemInfo, scene.room(112)); }},
    {"semctl SEM_STAT",
     [](Scene& scene) {
       const int index = index_of(semaphores(scene));
       scene.ok(SYS_semctl, index, 0, kSemStat, scene.room(112));
       scene.ok(SYS_semctl, index, 0, kSemStatAny, scene.room(112));
     }},
    {"semctl GETALL",
     [](Scene& scene) {
       scene.ok(SYS_semctl, semaphores(scene), 0, GETALL, scene.room(2 * kSemaphores));
     }},
    {"semctl GETALL at the end of memory",
     [](Scene& scene) {
       scene.ok(SYS_semctl, semaphores(scene), 0, GETALL, scene.room_at_end(2 * kSemaphores));
     }},
    {"msgctl IPC_STAT",
     [](Scene& scene) { scene.ok(SYS_msgctl, queue(scene), IPC_STAT, scene.room(128)); }},
    {"msgctl IPC_INFO",
     [](Scene& scene) { scene.ok(SYS_msgctl, queue(scene), kInfo, scene.room(128)); }},
    {"msgctl MSG_INFO",
     [](Scene& scene) { scene.ok(SYS_msgctl, queue(scene), kMsgInfo, scene.room(128)); }},
    {"msgctl MSG_STAT",
     [](Scene& scene) {
       const int index = index_of(queue(scene));
       scene.ok(SYS_msgctl, index, kMsgStat, scene.room(128));
       scene.ok(SYS_msgctl, index, kMsgStatAny, scene.room(128));
     }},
    {"msgrcv", [](Scene& scene) { scene.ok(SYS_msgrcv, queue(scene), scene.room(58), 50, 0, 0); }},
    {"msgrcv_cut",
     [](Scene& scene) { scene.ok(SYS_msgrcv, queue(scene), scene.room(58), 3, 0, MSG_NOERROR); }},
    {"msgrcv_without_room",
     [](Scene& scene) { scene.fails(E2BIG, SYS_msgrcv, queue(scene), scene.room(58), 3, 0, 0); }},
    {"mq_timedreceive",
     [](Scene& scene) {
       scene.ok(SYS_mq_timedreceive, posix_queue(scene), scene.room(50), 50, scene.room(4), 0);
     }},
    {"mq_timedreceive_with_nothing_there",
     [](Scene& scene) {
       const int fd = posix_queue(scene);
       scene.ok(SYS_mq_timedreceive, fd, scene.room(50), 50, 0, 0);
       scene.fails(EAGAIN, SYS_mq_timedreceive, fd, scene.room(50), 50, scene.room(4), 0);
     }},
    {"mq_getsetattr",
     [](Scene& scene) { scene.ok(SYS_mq_getsetattr, posix_queue(scene), 0, scene.room(64)); }},
};

}  // namespace

std::span<const Case> ipc_cases() { return kCases; }

}  // namespace mecrr::real_calls
