// sendmmsg and recvmmsg move several datagrams in one call and tell each length.
#include <sys/socket.h>
#include <time.h>

#include "tests/programs/check.h"

int main(void) {
  int pair[2];
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
  char* words[3] = {"a", "bcd", "efghi"};
  struct iovec parts[3];
  struct mmsghdr messages[3];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < 3; i++) {
    parts[i] = (struct iovec){words[i], strlen(words[i])};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  CHECK(sendmmsg(pair[0], messages, 3, 0) == 3 && messages[2].msg_len == 5);
  char room[4][8];
  struct iovec places[4];
  struct mmsghdr got[4];
  memset(got, 0, sizeof got);
  memset(room, '#', sizeof room);
  for (int i = 0; i < 4; i++) {
    places[i] = (struct iovec){room[i], sizeof room[i]};
    got[i].msg_hdr.msg_iov = &places[i];
    got[i].msg_hdr.msg_iovlen = 1;
  }
  CHECK(recvmmsg(pair[1], got, 4, MSG_WAITFORONE, NULL) == 3);
  CHECK(got[0].msg_len == 1 && got[1].msg_len == 3 && got[2].msg_len == 5);
  CHECK(memcmp(room[1], "bcd#", 4) == 0 && memcmp(room[2], "efghi#", 6) == 0);
  struct timespec limit = {0, 1000000};
  CHECK(recvmmsg(pair[1], got, 4, MSG_DONTWAIT, &limit) == -1 && errno == EAGAIN);
  return ok();
}
