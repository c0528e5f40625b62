#include <ctype.h>
#include <stdlib.h>

#include "calculator.h"

struct Token next_token(const char** text) {
  while (isspace((unsigned char)**text)) ++*text;
  struct Token token = {kEnd, 0, 0};
  if (isdigit((unsigned char)**text)) {
    char* end;
    token.kind = kNumber;
    token.value = strtol(*text, &end, 10);
    *text = end;
  } else if (**text != 0) {
    token.kind = kOperator;
    token.symbol = *(*text)++;
  }
  return token;
}
