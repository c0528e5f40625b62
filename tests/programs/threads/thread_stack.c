// A thread runs on the stack given to it, of the size asked for.
#include <pthread.h>
#include <sys/mman.h>

#include "tests/programs/check.h"

enum { kSize = 1 << 20 };
static char* stack;

static void* run(void* unused) {
  char local;
  CHECK(&local > stack && &local < stack + kSize);
  pthread_attr_t about;
  size_t size;
  void* base;
  CHECK(pthread_getattr_np(pthread_self(), &about) == 0);
  CHECK(pthread_attr_getstack(&about, &base, &size) == 0 && base == stack && size == kSize);
  CHECK(pthread_attr_destroy(&about) == 0);
  return unused;
}

int main(void) {
  stack = (char*)mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK,
                      -1, 0);
  CHECK(stack != MAP_FAILED);
  pthread_attr_t with_stack;
  pthread_t thread;
  CHECK(pthread_attr_init(&with_stack) == 0);
  CHECK(pthread_attr_setstack(&with_stack, stack, kSize) == 0);
  CHECK(pthread_create(&thread, &with_stack, run, NULL) == 0 && pthread_join(thread, NULL) == 0);
  return ok();
}
