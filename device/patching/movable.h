// Which instructions do the same at another address, once what counts from rip is adjusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "device/patching/patch_refusal.h"

struct cs_insn;

namespace mecrr {

/// Holds an open Capstone. Not for two threads at once.
class MovableInstructions {
 public:
  MovableInstructions();
  ~MovableInstructions();
  MovableInstructions(const MovableInstructions&) = delete;
  MovableInstructions& operator=(const MovableInstructions&) = delete;

  enum class Position : bool { kFirst, kLater };

  /// Why `instruction`, the bytes of exactly one, cannot be moved; empty if it can. One in the
  /// first position may fault. Jumps can be moved if they are conditional and in one of their two
  /// plain forms.
  std::optional<PatchRefusal> refusal(ByteView instruction, Position position);

 private:
  std::size_t capstone_ = 0;  // a csh
  cs_insn* decoded_ = nullptr;
};

}  // namespace mecrr
