// A calculator of four files, for make -j2 to build.
#ifndef CALCULATOR_H
#define CALCULATOR_H

enum Kind { kNumber, kOperator, kEnd };

struct Token {
  enum Kind kind;
  long value;
  char symbol;
};

struct Node {
  char symbol;  // 0: a number
  long value;
  struct Node *left, *right;
};

struct Token next_token(const char** text);
struct Node* parse(const char** text);
long evaluate(const struct Node* node);
void free_nodes(struct Node* node);
long number_power(long base, long exponent);

#endif
