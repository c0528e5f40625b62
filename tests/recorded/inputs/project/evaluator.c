#include <stdlib.h>

#include "calculator.h"

long evaluate(const struct Node* node) {
  if (node->symbol == 0) return node->value;
  const long left = evaluate(node->left), right = evaluate(node->right);
  switch (node->symbol) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right ? left / right : 0;
    default:
      return number_power(left, right);
  }
}

void free_nodes(struct Node* node) {
  if (node == NULL) return;
  free_nodes(node->left);
  free_nodes(node->right);
  free(node);
}
