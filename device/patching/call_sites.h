// The `syscall`, cpuid, rdtsc and rdtscp instructions of an ELF file, and which of them can be made
// to lead to the agent. (What is said of `syscall` here holds for the others, too.) What is said
// holds for each process that maps the file: with it, code is patched when it is mapped, and none
// of its sites has to stop first.
//
// Found are the bytes 0f 05, 0f a2, 0f 31 and 0f 01 f9 in what is mapped executable, in functions
// that the unwind table or a symbol describes, where following the function's jumps gets to them.
// So data is not taken for a call. Bytes that are none of these are listed, too, as kNoFunction and
// kNotReached; what is in the middle of another instruction is not.
//
// The whole file's executable bytes are searched for jumps and calls into each window; bytes that
// merely look like one count, at the price of a window refused now and then. Symbols, too.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "device/patching/patch_refusal.h"
#include "device/patching/patch_window.h"

namespace mecrr {

struct CallSite {
  std::uint64_t offset;  ///< of the instruction, in the file; its window ends, or begins, there
  std::expected<PatchWindow, PatchRefusal> window;

  friend bool operator==(const CallSite&, const CallSite&) = default;
};

/// Those of one file. Whatever is in it, the work is bounded by a small multiple of its size. Not
/// for two threads at once.
class CallSites {
 public:
  /// `elf_file`, the whole file, must outlive this. One that is no x86-64 ELF file has no
  /// functions. Costs some µs.
  explicit CallSites(ByteView elf_file);
  ~CallSites();
  CallSites(CallSites&&) noexcept;
  CallSites& operator=(CallSites&&) noexcept;

  /// For the instruction that stands at `offset` of the file. Costs some µs for each site; the
  /// first whose window has more than one instruction also a pass over what is executable.
  std::expected<PatchWindow, PatchRefusal> at(std::uint64_t offset);

  /// All, by offset. Costs a pass or two over what is executable, and reading the functions that
  /// have such bytes (docs/call-sites.md: 3 ms for the C library).
  const std::vector<CallSite>& all();

  /// Where bytes are that may be rdtsc or rdtscp, by offset. Costs a pass over what is executable.
  std::vector<std::uint64_t> may_be_counters() const;

 private:
  class Search;
  std::unique_ptr<Search> search_;  // null: no ELF file
  std::vector<CallSite> all_;
};

/// CallSites::all(); empty if `elf_file` is no x86-64 ELF file.
std::vector<CallSite> find_call_sites(ByteView elf_file);

}  // namespace mecrr
