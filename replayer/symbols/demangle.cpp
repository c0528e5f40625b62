#include "replayer/symbols/demangle.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace mecrr {

std::string demangle(const char* name) {
  if (!std::string_view(name).starts_with("_Z")) return name;
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  int status = 0;
  const std::unique_ptr<char, Free> text(abi::__cxa_demangle(name, nullptr, nullptr, &status));
  return status == 0 && text ? text.get() : name;
}

std::string_view without_parameters(std::string_view demangled) {
  // The parameters are the last top-level parentheses: operator() and (anonymous namespace) come
  // before them.
  const std::size_t close = demangled.rfind(')');
  if (close == std::string_view::npos) return demangled;
  int depth = 0;
  for (std::size_t i = close + 1; i-- > 0;) {
    if (demangled[i] == ')') ++depth;
    if (demangled[i] == '(' && --depth == 0) return demangled.substr(0, i);
  }
  return demangled;
}

}  // namespace mecrr
