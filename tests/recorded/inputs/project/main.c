#include <stdio.h>

#include "calculator.h"

int main(int count, char** arguments) {
  for (int i = 1; i < count; i++) {
    const char* text = arguments[i];
    struct Node* tree = parse(&text);
    printf("%s = %ld\n", arguments[i], evaluate(tree));
    free_nodes(tree);
  }
  return 0;
}
