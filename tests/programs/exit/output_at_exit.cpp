// Destructors of static objects run after main and can still write.
#include <iostream>
#include <string>

#include "tests/programs/check.h"

struct Farewell {
  std::string text;
  ~Farewell() { std::cout << text << std::endl; }
};
static Farewell farewell{"ok"};

int main() {
  std::cout << "from main" << std::endl;
  std::cerr << "and on stderr" << std::endl;
  return 0;
}
