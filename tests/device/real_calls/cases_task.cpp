// Calls on processes, threads, users and limits.
#include <linux/futex.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <thread>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr int kExitStatus = 3;

/// A child that has ended.
pid_t ended(Scene& scene) {
  const pid_t child = scene.need(::fork(), "fork");
  if (child == 0) ::_exit(kExitStatus);
  siginfo_t info{};
  scene.need(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), "waitid");
  return child;
}

/// A child that goes on as long as the case.
pid_t living(Scene& scene) {
  const pid_t child = scene.need(::fork(), "fork");
  if (child == 0) ::pause();
  return child;
}

int key(Scene& scene) {
  return scene.need(
      ::syscall(SYS_add_key, "user", "mecrr-test", "secret", 6, KEY_SPEC_PROCESS_KEYRING),
      "add_key");
}

/// A word that says that the calling thread owns the futex.
std::uint64_t owned_futex(Scene& scene) {
  return scene.put(static_cast<std::uint32_t>(::syscall(SYS_gettid)));
}

constexpr int kGetAuxv = 0x41555856;  // PR_GET_AUXV, since Linux 6.4

constexpr Case kCases[] = {
    {"wait4",
     [](Scene& scene) { scene.ok(SYS_wait4, ended(scene), scene.room(4), 0, scene.room(200)); }},
    {"wait4_with_nothing_yet",
     [](Scene& scene) {
       scene.ok(SYS_wait4, living(scene), scene.room(4), WNOHANG, scene.room(200));
     }},
    {"wait4_for_nobody",
     [](Scene& scene) { scene.fails(ECHILD, SYS_wait4, -1, scene.room(4), 0, scene.room(200)); }},
    {"waitid",
     [](Scene& scene) {
       scene.ok(SYS_waitid, P_PID, ended(scene), scene.room(128), WEXITED, scene.room(200));
     }},
    {"waitid_with_nothing_yet",
     [](Scene& scene) {
       scene.ok(SYS_waitid, P_PID, living(scene), scene.room(128), WEXITED | WNOHANG,
                scene.room(200));
     }},
    {"waitid_for_nobody",
     [](Scene& scene) {
       scene.fails(ECHILD, SYS_waitid, P_ALL, 0, scene.room(128), WEXITED, scene.room(200));
     }},
    {"waitid_interrupted",
     [](Scene& scene) {
       scene.interrupt();
       scene.fails(EINTR, SYS_waitid, P_PID, living(scene), scene.room(128), WEXITED,
                   scene.room(200));
     }},
    {"clone",
     [](Scene& scene) {
       const auto result = scene.ok(SYS_clone, CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD,
                                    0, scene.room(4), scene.room(4), 0);
       if (result == 0) ::_exit(0);
     }},
    {"clone_with_a_descriptor",
     [](Scene& scene) {
       if (scene.ok(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, scene.room(4), 0, 0) == 0) ::_exit(0);
     }},
    {"clone3",
     [](Scene& scene) {
       clone_args arguments{};
       arguments.flags = CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID;
       arguments.pidfd = scene.room(4);
       arguments.parent_tid = scene.room(4);
       arguments.child_tid = scene.room(4);
       arguments.exit_signal = SIGCHLD;
       if (scene.ok(SYS_clone3, scene.put(arguments), sizeof arguments) == 0) ::_exit(0);
     }},
    {"get_robust_list",
     [](Scene& scene) { scene.ok(SYS_get_robust_list, 0, scene.room(8), scene.room(8)); }},
    {"process_vm_readv",
     [](Scene& scene) {
       const auto theirs = scene.iovecs({{scene.text("abcdef"), 7}});
       const auto ours = scene.iovecs({{scene.room(3), 3}, {scene.room(20), 20}});
       scene.ok(SYS_process_vm_readv, ::getpid(), ours, 2, theirs, 1, 0);
     }},
    {"PR_GET_PDEATHSIG",
     [](Scene& scene) { scene.ok(SYS_prctl, PR_GET_PDEATHSIG, scene.room(8)); }},
    {"PR_GET_NAME", [](Scene& scene) { scene.ok(SYS_prctl, PR_GET_NAME, scene.room(32)); }},
    {"PR_GET_CHILD_SUBREAPER",
     [](Scene& scene) { scene.ok(SYS_prctl, PR_GET_CHILD_SUBREAPER, scene.room(8)); }},
    {"PR_GET_TID_ADDRESS",
     [](Scene& scene) { scene.call(SYS_prctl, PR_GET_TID_ADDRESS, scene.room(8), 0, 0, 0); }},
    {"PR_SCHED_CORE",
     [](Scene& scene) {
       scene.call(SYS_prctl, PR_SCHED_CORE, 0, 0, 0, scene.put(std::uint64_t{7}));
     }},
    {"PR_GET_AUXV",
     [](Scene& scene) {
       if (scene.call(SYS_prctl, kGetAuxv, scene.room(1000), 1000, 0, 0) < 0) return;
       scene.ok(SYS_prctl, kGetAuxv, scene.room(1000), 20, 0, 0);  // the result exceeds the room
     }},
    {"ARCH_GET_FS", [](Scene& scene) { scene.ok(SYS_arch_prctl, 0x1003, scene.room(8)); }},
    {"ARCH_GET_GS", [](Scene& scene) { scene.ok(SYS_arch_prctl, 0x1004, scene.room(8)); }},
    {"ARCH_GET_XCOMP_SUPP",
     [](Scene& scene) { scene.call(SYS_arch_prctl, 0x1021, scene.room(8)); }},
    {"ARCH_GET_XCOMP_PERM",
     [](Scene& scene) { scene.call(SYS_arch_prctl, 0x1022, scene.room(8)); }},
    {"ARCH_GET_UNTAG_MASK",
     [](Scene& scene) { scene.call(SYS_arch_prctl, 0x4001, scene.room(8)); }},
    {"ARCH_GET_MAX_TAG_BITS",
     [](Scene& scene) { scene.call(SYS_arch_prctl, 0x4003, scene.room(8)); }},
    {"SECCOMP_GET_NOTIF_SIZES",
     [](Scene& scene) { scene.ok(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, scene.room(16)); }},

    // Futexes whose words the kernel writes
    {"FUTEX_LOCK_PI",
     [](Scene& scene) { scene.ok(SYS_futex, scene.put(0U), FUTEX_LOCK_PI, 0, 0); }},
    {"FUTEX_LOCK_PI2", [](Scene& scene) { scene.ok(SYS_futex, scene.put(0U), 13, 0, 0); }},
    {"FUTEX_LOCK_PI_of_a_stranger",
     [](Scene& scene) {
       scene.interrupt();
       const auto owner = static_cast<std::uint32_t>(living(scene));
       scene.call(SYS_futex, scene.put(owner), FUTEX_LOCK_PI, 0, scene.put(timespec{0, 1}));
     }},
    {"FUTEX_TRYLOCK_PI",
     [](Scene& scene) { scene.ok(SYS_futex, scene.put(0U), FUTEX_TRYLOCK_PI, 0, 0); }},
    {"FUTEX_UNLOCK_PI",
     [](Scene& scene) { scene.ok(SYS_futex, owned_futex(scene), FUTEX_UNLOCK_PI, 0, 0); }},
    {"FUTEX_WAKE_OP",
     [](Scene& scene) {
       scene.ok(SYS_futex, scene.put(0U), FUTEX_WAKE_OP, 1, 1, scene.put(5U),
                FUTEX_OP(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_EQ, 0));
     }},

    {"FUTEX_CMP_REQUEUE_PI",
     [](Scene& scene) {
       const std::uint64_t condition = scene.put(0U);
       const std::uint64_t lock = scene.put(0U);
       std::thread waiter(
           [=] { ::syscall(SYS_futex, condition, FUTEX_WAIT_REQUEUE_PI, 0, nullptr, lock, 0); });
       waiter.detach();
       while (scene.ok(SYS_futex, condition, FUTEX_CMP_REQUEUE_PI, 1, 0, lock, 0) == 0)
         ::sched_yield();
     }},
    {"FUTEX_WAIT_REQUEUE_PI",
     [](Scene& scene) {
       const std::uint64_t condition = scene.put(0U);
       const std::uint64_t lock = scene.put(0U);
       std::thread waker([=] {
         while (::syscall(SYS_futex, condition, FUTEX_CMP_REQUEUE_PI, 1, 0, lock, 0) == 0)
           ::sched_yield();
       });
       scene.ok(SYS_futex, condition, FUTEX_WAIT_REQUEUE_PI, 0, 0, lock, 0);
       waker.join();
     }},

    // Users
    {"getgroups",
     [](Scene& scene) {
       const std::array<gid_t, 3> groups{1, 2, 3};
       if (::syscall(SYS_setgroups, groups.size(), groups.data()) != 0)
         scene.call(SYS_getgroups, 0, 0);  // not root: with whatever groups there are
       scene.ok(SYS_getgroups, 64, scene.room(64 * 4));
       scene.ok(SYS_getgroups, 0, scene.room(4));
     }},
    {"getresuid",
     [](Scene& scene) { scene.ok(SYS_getresuid, scene.room(4), scene.room(4), scene.room(4)); }},
    {"getresgid",
     [](Scene& scene) { scene.ok(SYS_getresgid, scene.room(4), scene.room(4), scene.room(4)); }},
    {"capget",
     [](Scene& scene) {
       const std::array<std::uint32_t, 2> header{0x20080522, 0};
       scene.ok(SYS_capget, scene.put(header), scene.room(64));
     }},
    {"capget_of_the_first_version",
     [](Scene& scene) {
       const std::array<std::uint32_t, 2> header{0x19980330, 0};
       scene.ok(SYS_capget, scene.put(header), scene.room(64));
     }},
    {"capget_of_an_unknown_version",
     [](Scene& scene) {
       const std::array<std::uint32_t, 2> header{7, 0};
       scene.call(SYS_capget, scene.put(header), scene.room(64));
       scene.call(SYS_capget, scene.put(header), 0);
     }},
    {"capset_of_an_unknown_version",
     [](Scene& scene) {
       const std::array<std::uint32_t, 2> header{7, 0};
       scene.fails(EINVAL, SYS_capset, scene.put(header), scene.room(64));
     }},
    {"KEYCTL_DESCRIBE",
     [](Scene& scene) { scene.ok(SYS_keyctl, KEYCTL_DESCRIBE, key(scene), scene.room(100), 100); }},
    {"KEYCTL_DESCRIBE_with_little_room",
     [](Scene& scene) { scene.ok(SYS_keyctl, KEYCTL_DESCRIBE, key(scene), scene.room(100), 5); }},
    {"KEYCTL_READ",
     [](Scene& scene) { scene.ok(SYS_keyctl, KEYCTL_READ, key(scene), scene.room(100), 100); }},
    {"KEYCTL_READ_with_little_room",
     [](Scene& scene) { scene.ok(SYS_keyctl, KEYCTL_READ, key(scene), scene.room(100), 2); }},
    {"KEYCTL_GET_SECURITY",
     [](Scene& scene) {
       scene.ok(SYS_keyctl, KEYCTL_GET_SECURITY, key(scene), scene.room(100), 100);
     }},
    {"KEYCTL_CAPABILITIES",
     [](Scene& scene) { scene.ok(SYS_keyctl, KEYCTL_CAPABILITIES, scene.room(100), 100); }},
    {"KEYCTL_CAPABILITIES_with_little_room",
     [](Scene& scene) { scene.ok(SYS_keyctl, KEYCTL_CAPABILITIES, scene.room(100), 1); }},

    {"KEYCTL_DH_COMPUTE",
     [](Scene& scene) {
       std::array<int, 3> keys{};  // private, prime, base: any numbers do
       for (std::size_t i = 0; i < keys.size(); ++i) {
         const std::string number(256, static_cast<char>(0x7f - i));
         const std::string name = "mecrr-test-" + std::to_string(i);
         keys[i] = scene.need(::syscall(SYS_add_key, "user", name.c_str(), number.data(),
                                        number.size(), KEY_SPEC_PROCESS_KEYRING),
                              "add_key");
       }
       scene.call(SYS_keyctl, KEYCTL_DH_COMPUTE, scene.put(keys), scene.room(300), 300, 0);
     }},

    // Limits and scheduling
    {"getrlimit", [](Scene& scene) { scene.ok(SYS_getrlimit, RLIMIT_NOFILE, scene.room(16)); }},
    {"prlimit64",
     [](Scene& scene) { scene.ok(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, scene.room(16)); }},
    {"getrusage", [](Scene& scene) { scene.ok(SYS_getrusage, RUSAGE_SELF, scene.room(200)); }},
    {"sched_getparam", [](Scene& scene) { scene.ok(SYS_sched_getparam, 0, scene.room(8)); }},
    {"sched_rr_get_interval",
     [](Scene& scene) { scene.ok(SYS_sched_rr_get_interval, 0, scene.room(16)); }},
    {"sched_getaffinity",
     [](Scene& scene) { scene.ok(SYS_sched_getaffinity, 0, 128, scene.room(128)); }},
    {"sched_getaffinity_without_room",
     [](Scene& scene) { scene.fails(EINVAL, SYS_sched_getaffinity, 0, 4, scene.room(128)); }},
    {"sched_getattr",
     [](Scene& scene) { scene.ok(SYS_sched_getattr, 0, scene.room(200), 200, 0); }},
    {"sched_getattr_of_the_first_version",
     [](Scene& scene) { scene.ok(SYS_sched_getattr, 0, scene.room(48), 48, 0); }},
    {"getcpu", [](Scene& scene) { scene.ok(SYS_getcpu, scene.room(4), scene.room(4), 0); }},
};

}  // namespace

std::span<const Case> task_cases() { return kCases; }

}  // namespace mecrr::real_calls
