#pragma once

// Where the code of a replayed program leads to the agent (device/patch.h), as a table: what stands
// there now, and what the program believes to be there. Kept by AddressSpace, which does what is to
// be done in memory.
//
//     site      ┌──────────────┐
//               │ window       │  jumps to the stub; the program's own instructions are in
//               `original` ├──────────────┤ │ syscall      │  as it was, but only reached by those
//               who do not come through the window └──────────────┘

#include <cstdint>
#include <map>
#include <optional>

#include "base/bytes.h"
#include "base/remote_address.h"
#include "device/patching/patch_window.h"

namespace mecrr {

class Patches {
 public:
  struct Window {
    Bytes original;
    Bytes code;  ///< as many bytes
    RemoteAddress stub;
    LedInstruction led = LedInstruction::kSyscall;
  };
  using Windows = std::map<std::uint64_t, Window>;  ///< by site; they do not overlap

  /// The window at this site, or null.
  const Window* at(RemoteAddress site) const;
  /// The window that has this address, or whose `syscall` does; or end().
  Windows::const_iterator around(RemoteAddress address) const;
  Windows::const_iterator end() const { return windows_.end(); }
  /// Where in the program a task is that is at `rip` in a stub: at the instruction that it executes
  /// next, or the `syscall`. Empty if it is in no stub that is known, or not at an instruction.
  std::optional<RemoteAddress> program_address(RemoteAddress rip) const;
  /// Whether some window has bytes of `range`.
  bool overlaps(RemoteRange range) const;

  void set(RemoteAddress site, Window window);
  void erase(RemoteAddress site) { windows_.erase(site.value()); }
  /// Those that have bytes there.
  void forget(RemoteRange range);
  /// Those inside `from` are now as far behind `to`.
  void move(RemoteRange from, RemoteAddress to);

  /// Puts the original code into `bytes`, which were read at `from`, where they are a window's
  /// present code.
  void hide(RemoteAddress from, MutableBytes bytes) const;

 private:
  Windows::const_iterator first_behind(RemoteAddress address) const;

  Windows windows_;
  std::map<std::uint64_t, std::uint64_t> sites_;  // by stub; the last that led there
};

}  // namespace mecrr
