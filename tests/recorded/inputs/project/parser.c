#include <stdlib.h>
#include <string.h>

#include "calculator.h"

static struct Node* make(char symbol, long value, struct Node* left, struct Node* right) {
  struct Node* node = malloc(sizeof *node);
  *node = (struct Node){symbol, value, left, right};
  return node;
}

static int strength(char symbol) {
  static const char kSymbols[] = "+-*/^";
  const char* at = symbol ? strchr(kSymbols, symbol) : NULL;
  return at ? (int[]){1, 1, 2, 2, 3}[at - kSymbols] : 0;
}

static struct Node* parse_from(const char** text, int weakest) {
  struct Token token = next_token(text);
  struct Node* left =
      token.kind == kNumber ? make(0, token.value, NULL, NULL) : parse_from(text, 1);
  if (token.symbol == '(') next_token(text);
  for (;;) {
    const char* before = *text;
    token = next_token(text);
    if (strength(token.symbol) < weakest || token.kind != kOperator) {
      *text = before;
      return left;
    }
    left = make(token.symbol, 0, left, parse_from(text, strength(token.symbol) + 1));
  }
}

struct Node* parse(const char** text) { return parse_from(text, 1); }
