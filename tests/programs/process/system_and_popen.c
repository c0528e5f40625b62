// system and popen run shell commands.
#include "tests/programs/check.h"

int main(void) {
  CHECK(WEXITSTATUS(system("exit 3")) == 3);
  CHECK(system("echo from system") == 0);
  FILE* pipe = popen("echo one two; exit 4", "r");
  char word[16];
  CHECK(pipe && fscanf(pipe, "%15s", word) == 1 && strcmp(word, "one") == 0);
  CHECK(WEXITSTATUS(pclose(pipe)) == 4);
  pipe = popen("read line; [ \"$line\" = hello ] && exit 9", "w");
  CHECK(pipe && fputs("hello\n", pipe) >= 0 && WEXITSTATUS(pclose(pipe)) == 9);
  return ok();
}
