// Threads that make one call after the other are cancelled, at a call or wherever they are.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

static int zero, started, cleaned;
static void clean(void* unused) {
  (void)unused;
  __atomic_add_fetch(&cleaned, 1, __ATOMIC_SEQ_CST);
}

static void* read_deferred(void* unused) {
  pthread_cleanup_push(clean, NULL);
  for (;;) {
    char buffer[64];
    CHECK(read(zero, buffer, sizeof buffer) == sizeof buffer);
    __atomic_store_n(&started, 1, __ATOMIC_SEQ_CST);
  }
  pthread_cleanup_pop(0);
  return unused;
}

static void* call_asynchronous(void* unused) {
  pthread_cleanup_push(clean, NULL);
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL) == 0);
  for (;;) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "0"(SYS_getppid) : "rcx", "r11", "memory");
    if (result > 0) __atomic_store_n(&started, 1, __ATOMIC_SEQ_CST);
  }
  pthread_cleanup_pop(0);
  return unused;
}

static void* read_asynchronous(void* unused) {
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL) == 0);
  return read_deferred(unused);
}

int main(void) {
  void* (*const kinds[])(void*) = {read_deferred, call_asynchronous, read_asynchronous};
  zero = open("/dev/zero", O_RDONLY);
  for (int i = 0; i < 60; i++) {
    pthread_t thread;
    void* result;
    __atomic_store_n(&started, 0, __ATOMIC_SEQ_CST);
    CHECK(pthread_create(&thread, NULL, kinds[i % 3], NULL) == 0);
    while (!__atomic_load_n(&started, __ATOMIC_SEQ_CST)) sched_yield();
    CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED && cleaned == i + 1);
  }
  return ok();
}
