// System V messages are picked by type and copied exactly as long as they are.
#include <sys/ipc.h>
#include <sys/msg.h>

#include "tests/programs/check.h"

typedef struct {
  long type;
  char text[16];
} Message;

int main(void) {
  int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
  if (id == -1 && errno == ENOSYS) skip("no System V messages here");
  CHECK(id >= 0);
  Message one = {1, "first"}, two = {2, "second"}, got;
  CHECK(msgsnd(id, &one, 5, 0) == 0 && msgsnd(id, &two, 6, 0) == 0);
  memset(&got, '#', sizeof got);
  CHECK(msgrcv(id, &got, 16, 2, 0) == 6 && got.type == 2 && memcmp(got.text, "second#", 7) == 0);
  CHECK(msgrcv(id, &got, 2, 0, 0) == -1 && errno == E2BIG);
  CHECK(msgrcv(id, &got, 2, 0, MSG_NOERROR) == 2);
  CHECK(msgrcv(id, &got, 16, 0, IPC_NOWAIT) == -1 && errno == ENOMSG);
  struct msqid_ds about;
  CHECK(msgctl(id, IPC_STAT, &about) == 0 && about.msg_qnum == 0 && about.msg_lspid == getpid());
  CHECK(msgctl(id, IPC_RMID, NULL) == 0);
  return ok();
}
