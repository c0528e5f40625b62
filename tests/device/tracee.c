// A program to be traced: does what its first argument names, one behaviour each.
// ptrace_device_test.cpp says what the device must report of it.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t handled;

static void count(int signal) {
  (void)signal;
  handled = handled + 1;
}

static void handle(int signal) {
  struct sigaction action = {.sa_handler = count};
  sigaction(signal, &action, NULL);
}

static int exits(void) { return 7; }

// Exits with the result of getppid, or with errno.
static int asks(void) {
  errno = 0;
  const long result = syscall(SYS_getppid);
  return result < 0 ? errno : (int)result;
}

static int reads(void) {
  char text[4] = "...";
  const long got = syscall(SYS_read, 1000, text, 3);
  return got == 3 ? text[1] : 1;
}

static int writes(void) { return syscall(SYS_write, 1000, "some data", 9) == 9 ? 0 : 1; }

// Sends itself SIGUSR1; getppid marks the moment behind it. Exits with how often the handler ran.
static int signals_itself(void) {
  handle(SIGUSR1);
  union sigval value = {.sival_int = 4711};
  sigqueue(getpid(), SIGUSR1, value);
  syscall(SYS_getppid);
  return handled;
}

static int dies_of_a_signal(void) {
  kill(getpid(), SIGTERM);
  return 1;
}

static int forks(void) {
  const pid_t child = fork();
  if (child == 0) _exit(3);
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

static int vforks(void) {
  const pid_t child = vfork();
  if (child == 0) _exit(4);
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

static void* fifth(void* unused) {
  (void)unused;
  return (void*)5;
}

static int starts_a_thread(void) {
  pthread_t thread;
  void* result = NULL;
  pthread_create(&thread, NULL, fifth, NULL);
  pthread_join(thread, &result);
  return (int)(long)result;
}

static void* become_another(void* unused) {
  (void)unused;
  execl("/proc/self/exe", "tracee", "exits", (char*)NULL);
  return NULL;
}

static int execs_from_a_thread(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, become_another, NULL);
  pthread_join(thread, NULL);
  return 1;
}

static int stops_itself(void) {
  raise(SIGSTOP);
  syscall(SYS_getppid);
  return 6;
}

static int sleeps(void) {
  syscall(SYS_pause);
  return 1;
}

static int spins(void) {
  syscall(SYS_getppid);
  while (!handled) continue;
  return 1;
}

// getppid marks the place of rdtsc.
static int asks_the_time(void) {
  unsigned low = 0;
  unsigned high = 0;
  syscall(SYS_getppid);
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (int)low;
}

// Makes the kernel answer its getppid with errno 7. Exits with that.
static int filters_a_call(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 7),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return 90;
  syscall(SYS_getppid);
  return errno;
}

// getppid of the 32-bit interface. Exits with its errno.
static int calls_as_32_bit(void) {
  long result = 64;
  __asm__ volatile("int $0x80" : "+a"(result) : : "r8", "r9", "r10", "r11", "memory");
  return (int)-result;
}

static const struct {
  const char* name;
  int (*run)(void);
} kBehaviours[] = {
    {"exits", exits},
    {"asks", asks},
    {"reads", reads},
    {"writes", writes},
    {"signals_itself", signals_itself},
    {"dies_of_a_signal", dies_of_a_signal},
    {"forks", forks},
    {"vforks", vforks},
    {"starts_a_thread", starts_a_thread},
    {"execs_from_a_thread", execs_from_a_thread},
    {"stops_itself", stops_itself},
    {"sleeps", sleeps},
    {"spins", spins},
    {"asks_the_time", asks_the_time},
    {"filters_a_call", filters_a_call},
    {"calls_as_32_bit", calls_as_32_bit},
};

int main(int count, char** arguments) {
  for (size_t i = 0; count == 2 && i < sizeof kBehaviours / sizeof *kBehaviours; i++)
    if (strcmp(arguments[1], kBehaviours[i].name) == 0) _exit(kBehaviours[i].run());
  return 99;
}
