// A library is loaded while running, used and unloaded; another is not found.
#include <dlfcn.h>

#include "tests/programs/check.h"

int main(void) {
  void* library = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);
  CHECK(library);
  double (*power)(double, double) = (double (*)(double, double))dlsym(library, "pow");
  CHECK(power && power(2, 10) == 1024);
  CHECK(!dlsym(library, "no_such_symbol") && dlerror());
  CHECK(dlclose(library) == 0);
  CHECK(!dlopen("libnothing-of-this-name.so", RTLD_NOW));
  return ok();
}
