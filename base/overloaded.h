#pragma once

// One function object out of several lambdas, for std::visit:
//   std::visit(Overloaded{[](const Run&) { … }, [](const Skip& skip) { … }}, command);

namespace mecrr {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

}  // namespace mecrr
