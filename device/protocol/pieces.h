// Memory of which only some pieces are known: what a trace holds of a call's inputs and of what it
// wrote. So that a recorded call prints as one of a live task does:
//
//     RecordedPieces pieces;
//     for (const auto& input : call.input()) pieces.add(RemoteAddress(input.address()),
//     as_bytes(input.start())); for (const auto& write : outcome.write())
//     pieces.add(RemoteAddress(write.address()), as_bytes(write.data()));
//     completed_text(system_call, outcome.result(), pieces);
//
// Holds views only: whoever adds bytes keeps them.
#pragma once

#include <cstdint>
#include <map>

#include "base/bytes.h"
#include "base/error.h"
#include "base/remote_address.h"
#include "device/memory.h"

namespace mecrr::protocol {

class RecordedPieces final : public Memory {
 public:
  /// Where pieces overlap, the one added last counts. A piece that would reach beyond 2^64 (a
  /// damaged trace) is left out. An empty piece is an empty text: the zero byte that ends it.
  void add(RemoteAddress start, ByteView bytes);

  Result<void> read(RemoteAddress from, MutableBytes into) const override;

 private:
  void cut_out(std::uint64_t start, std::uint64_t end);

  std::map<std::uint64_t, ByteView>
      pieces_;  // by first address; they do not overlap, none is empty
};

}  // namespace mecrr::protocol
