// inotify reports creation, writing, moving and removal in a watched directory.
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "tests/programs/check.h"

int main(void) {
  CHECK(mkdir("watched", 0700) == 0);
  int fd = inotify_init1(IN_NONBLOCK);
  CHECK(fd >= 0);
  int watch = inotify_add_watch(fd, "watched", IN_CREATE | IN_CLOSE_WRITE | IN_MOVE | IN_DELETE);
  CHECK(watch >= 0);
  int file = open("watched/file", O_CREAT | O_WRONLY, 0600);
  CHECK(file >= 0 && close(file) == 0 && rename("watched/file", "watched/moved") == 0);
  CHECK(unlink("watched/moved") == 0);
  const unsigned expected[] = {IN_CREATE, IN_CLOSE_WRITE, IN_MOVED_FROM, IN_MOVED_TO, IN_DELETE};
  _Alignas(struct inotify_event) char events[4096];
  ssize_t length = read(fd, events, sizeof events);
  CHECK(length > 0);
  const char* next = events;
  for (int i = 0; i < 5; i++) {
    const struct inotify_event* event = (const struct inotify_event*)next;
    CHECK(next < events + length && event->wd == watch && event->mask == expected[i]);
    CHECK(strcmp(event->name, i < 3 ? "file" : "moved") == 0);
    next += sizeof *event + event->len;
  }
  CHECK(next == events + length && read(fd, events, sizeof events) == -1 && errno == EAGAIN);
  CHECK(inotify_rm_watch(fd, watch) == 0);
  CHECK(read(fd, events, sizeof events) == sizeof(struct inotify_event));
  CHECK(((struct inotify_event*)events)->mask == IN_IGNORED);
  return ok();
}
