// POSIX message queues keep priorities, sizes and time limits.
#include <fcntl.h>
#include <mqueue.h>
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  char name[32], text[64];
  snprintf(name, sizeof name, "/check-%d", getpid());
  struct mq_attr about = {.mq_maxmsg = 2, .mq_msgsize = 64};
  mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &about);
  if (queue == (mqd_t)-1) skip("no POSIX message queues here");
  CHECK(mq_unlink(name) == 0);
  CHECK(mq_send(queue, "low", 3, 1) == 0 && mq_send(queue, "high", 4, 9) == 0);
  struct timespec past = {1, 0};
  CHECK(mq_timedsend(queue, "x", 1, 0, &past) == -1 && errno == ETIMEDOUT);
  CHECK(mq_getattr(queue, &about) == 0 && about.mq_curmsgs == 2);
  unsigned priority = 0;
  memset(text, '#', sizeof text);
  CHECK(mq_receive(queue, text, sizeof text, &priority) == 4 && priority == 9);
  CHECK(memcmp(text, "high#", 5) == 0);
  CHECK(mq_receive(queue, text, sizeof text, NULL) == 3);
  CHECK(mq_timedreceive(queue, text, sizeof text, NULL, &past) == -1 && errno == ETIMEDOUT);
  CHECK(mq_receive(queue, text, 10, NULL) == -1 && errno == EMSGSIZE);
  return ok();
}
