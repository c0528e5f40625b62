#include "calculator.h"

long number_power(long base, long exponent) {
  long result = 1;
  for (; exponent > 0; exponent >>= 1, base *= base) {
    if (exponent & 1) result *= base;
  }
  return result;
}
