// The code around an instruction, as far as direct jumps lead: the loops that it is in, and what is
// jumped to.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "base/bytes.h"
#include "base/remote_address.h"

namespace mecrr {

/// Gives the code from an address on, at least an instruction's if it is there.
using FetchCode = std::function<Bytes(RemoteAddress)>;

struct Loop {
  std::vector<RemoteAddress> exits;  ///< first instructions that are outside: none if nothing leads
                                     ///< out but a return or an indirect jump; in order
};

/// The `most` instructions that are nearest to one by direct jumps; of calls, behind them.
class CodeGraph {
 public:
  CodeGraph(RemoteAddress from, const FetchCode& fetch, std::size_t most);

  /// Where they begin, in order.
  std::vector<RemoteAddress> instructions() const;

  /// That the instruction at `at`, which is one of these, is in: outermost first.
  std::vector<Loop> loops_around(RemoteAddress at) const;

  /// Whether one of these jumps to somewhere in [start, end).
  bool jumps_into(RemoteAddress start, RemoteAddress end) const;

 private:
  using Nodes = std::set<RemoteAddress>;
  using Edges = std::map<RemoteAddress, std::vector<RemoteAddress>>;

  static Nodes reached(RemoteAddress from, const Edges& edges, const Nodes& without);
  Nodes circle(RemoteAddress at, const Nodes& without) const;
  std::vector<RemoteAddress> exits(const Nodes& circle) const;
  RemoteAddress header(const Nodes& circle) const;

  Edges next_, before_;
  Nodes targets_;  // of jumps
};

}  // namespace mecrr
