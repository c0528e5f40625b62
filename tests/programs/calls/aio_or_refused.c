// Kernel AIO either works or is refused; glibc's aio, made of threads, works in any case.
// output: varies
// warns: io_
#include <aio.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <sys/syscall.h>

#include "tests/programs/check.h"

int main(void) {
  aio_context_t context = 0;
  long result = syscall(SYS_io_setup, 4, &context);
  if (result == -1) {
    CHECK(errno == ENOSYS || errno == EAGAIN);
  } else {
    CHECK(context != 0 && syscall(SYS_io_destroy, context) == 0);
  }
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  CHECK(write(fd, "asynchronous", 12) == 12);
  char text[16];
  memset(text, '#', sizeof text);
  struct aiocb request = {.aio_fildes = fd, .aio_buf = text, .aio_nbytes = 16, .aio_offset = 1};
  const struct aiocb* list[1] = {&request};
  CHECK(aio_read(&request) == 0 && aio_suspend(list, 1, NULL) == 0);
  CHECK(aio_error(&request) == 0 && aio_return(&request) == 11);
  CHECK(memcmp(text, "synchronous#", 12) == 0);
  return ok();
}
