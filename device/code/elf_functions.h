// Which bytes of an ELF file are executed, and where the function begins that holds one of them.
//
// For x86-64 programs and shared libraries. Every byte of the file is treated as hostile: what does
// not fit is as if absent. Not for symbol names (replayer/symbols does those, with elfutils).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace mecrr {

/// Part of a file.
struct FileRange {
  std::uint64_t offset;
  std::uint64_t size;

  bool contains(std::uint64_t at) const { return at >= offset && at - offset < size; }
  friend bool operator==(const FileRange&, const FileRange&) = default;
};

class ElfFunctions {
 public:
  /// `file` must outlive the result. Empty if it is no x86-64 program or library.
  static std::optional<ElfFunctions> of(ByteView file);

  /// What is mapped executable; together no larger than the file.
  const std::vector<FileRange>& executable() const { return executable_; }

  /// The function that holds the byte at `offset`: from the unwind table (.eh_frame_hdr, which is
  /// in stripped files too), else from the symbol tables (.symtab, .dynsym), else from Go's own
  /// table. Empty if none knows one. Costs a binary search; the first one that needs descriptions,
  /// symbols or Go's table reads all.
  std::optional<FileRange> function_at(std::uint64_t offset);

  /// Where what stands at `offset` is mapped, before the file is moved to wherever it is loaded;
  /// empty if it is not mapped executable. Jumps count in these.
  std::optional<std::uint64_t> address_of(std::uint64_t offset) const;

  /// The addresses of all symbols, of whatever kind, that are defined; in no order. Costs a pass.
  std::vector<std::uint64_t> symbol_addresses() const;

 private:
  /// Bytes of the file that are mapped at an address.
  struct Segment {
    std::uint64_t address, offset, size;
    bool executable;
  };

  explicit ElfFunctions(ByteView file) : file_(file) {}

  bool read_segments();
  std::optional<FileRange> file_range(std::uint64_t address, std::uint64_t size) const;

  void find_unwind_table();
  std::optional<FileRange> unwound_function_at(std::uint64_t address) const;
  std::optional<std::uint64_t> size_from_description(std::uint64_t address) const;

  void read_descriptions();
  template <class Take>
  void for_each_section(Take take) const;
  template <class Take>
  void for_each_symbol(Take take) const;
  void read_symbols();
  void read_go_table();
  std::optional<std::uint64_t> relocated(std::uint64_t address) const;

  ByteView file_;
  std::vector<Segment> segments_;
  std::vector<FileRange> executable_;

  std::uint64_t table_base_ = 0;    // address of .eh_frame_hdr, which its entries count from
  std::uint64_t table_offset_ = 0;  // of the first entry, in the file
  std::uint64_t table_entries_ = 0;

  bool has_read_descriptions_ = false;
  std::vector<FileRange> described_;  // by offset
  bool has_read_symbols_ = false;
  std::vector<FileRange> named_;  // by offset
  bool has_read_go_table_ = false;
  std::vector<FileRange> of_go_;  // by offset
};

}  // namespace mecrr
