// Interrupted in a cipher's rounds, where registers take the same few values over and over, and
// what differs lies in memory out of sight, the moment is found again.
// output: varies
#include "interrupted.h"

enum { kWords = 1 << 14 };

static uint64_t data[kWords], rounds;

// RC4: the state goes around in 256 bytes.
static void encrypt(uint64_t* words, uint8_t key) {
  uint8_t state[256], i = 0, j = 0;
  for (int k = 0; k < 256; k++) state[k] = (uint8_t)(k ^ key);
  uint8_t* bytes = (uint8_t*)words;
  for (size_t k = 0; k < kWords * sizeof(uint64_t); k++) {
    i++;
    j = (uint8_t)(j + state[i]);
    const uint8_t swapped = state[i];
    state[i] = state[j];
    state[j] = swapped;
    bytes[k] ^= state[(uint8_t)(state[i] + state[j])];
  }
}

int main(void) {
  begin(&rounds, 0);
  while (goes_on()) {
    encrypt(data, 0x5a);  // twice the same is nothing at all
    encrypt(data, 0x5a);
    rounds++;
  }
  for (int i = 0; i < kWords; i++) CHECK(data[i] == 0);
  return end();
}
