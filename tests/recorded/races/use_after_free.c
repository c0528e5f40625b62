// One thread looks sessions up in a table and uses them, another replaces them and frees the old
// ones: a session is freed while it is used if the replacement comes between the two.
#include <pthread.h>

#include "tests/recorded/races/race.h"

enum { kSessions = 16, kRequests = 20000, kReplaced = 4000, kAlive = 0x5e5510, kFreed = 0xdead };

struct session {
  unsigned magic;
  unsigned long used, key[8];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct session* table[kSessions];
static int done;

static struct session* make(unsigned long number) {
  struct session* session = malloc(sizeof *session);
  CHECK(session != NULL);
  session->magic = kAlive;
  session->used = 0;
  for (unsigned long i = 0; i < 8; i++) session->key[i] = (number + i) * 0x9e3779b97f4a7c15UL;
  return session;
}

// As a hardened allocator would: what is freed is marked. The block stays ours, so that a use of it
// is always seen.
static void release(struct session* session) {
  __atomic_store_n(&session->magic, kFreed, __ATOMIC_RELAXED);
}

static struct session* find(unsigned long number) {
  pthread_mutex_lock(&mutex);
  struct session* session = table[number % kSessions];
  pthread_mutex_unlock(&mutex);
  return session;  // it should have been counted, or used under the lock
}

static unsigned long digest(unsigned long text) {
  for (int i = 0; i < 300; i++) text = (text ^ text >> 29) * 0xbf58476d1ce4e5b9UL;
  return text;
}

static void* answer(void* result) {
  unsigned long sum = 0;
  for (unsigned long i = 0; i < kRequests; i++) {
    const unsigned long request = digest(sum + i);
    struct session* session = find(request);
    session->used++;
    sum ^= session->key[request % 8];
    if (__atomic_load_n(&session->magic, __ATOMIC_RELAXED) != kAlive) {
      *(unsigned long*)result = 1;
      break;
    }
  }
  __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
  return NULL;
}

static void* replace(void* unused) {
  for (unsigned long i = 0; i < kReplaced && !__atomic_load_n(&done, __ATOMIC_ACQUIRE); i++) {
    struct session* fresh = make(digest(i));
    pthread_mutex_lock(&mutex);
    struct session* old = table[i % kSessions];
    table[i % kSessions] = fresh;
    pthread_mutex_unlock(&mutex);
    release(old);
  }
  return unused;
}

int main(void) {
  pthread_t threads[2];
  unsigned long hit = 0;
  for (unsigned long i = 0; i < kSessions; i++) table[i] = make(i);
  CHECK(pthread_create(&threads[0], NULL, answer, &hit) == 0);
  CHECK(pthread_create(&threads[1], NULL, replace, NULL) == 0);
  for (int i = 0; i < 2; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  return hit == 0 ? ok() : race_hit("a freed session is used");
}
