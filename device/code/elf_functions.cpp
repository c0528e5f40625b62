#include "device/code/elf_functions.h"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "device/code/go_functions.h"

namespace mecrr {
namespace {

// Encodings of pointers in unwind tables: Linux Standard Base, "DWARF Extensions".
constexpr std::uint8_t kSigned4RelativeToTable = 0x3b;  // DW_EH_PE_datarel | DW_EH_PE_sdata4
constexpr std::uint8_t kUnsigned4 = 0x03;               // DW_EH_PE_udata4
constexpr std::uint8_t kNotThere = 0xff;                // DW_EH_PE_omit
constexpr std::uint64_t kTableHeaderBytes = 12;
constexpr std::uint64_t kTableEntryBytes = 8;

/// Bytes of a pointer so encoded.
std::optional<std::uint64_t> encoded_bytes(std::uint8_t encoding) {
  switch (encoding & 0x0f) {
    case 0x00:  // DW_EH_PE_absptr
    case 0x04:  // DW_EH_PE_udata8
    case 0x0c:  // DW_EH_PE_sdata8
      return 8;
    case 0x03:  // DW_EH_PE_udata4
    case 0x0b:  // DW_EH_PE_sdata4
      return 4;
    case 0x02:  // DW_EH_PE_udata2
    case 0x0a:  // DW_EH_PE_sdata2
      return 2;
    default:
      return std::nullopt;
  }
}

/// The number of `bytes` bytes at `offset`.
std::optional<std::uint64_t> load_number(ByteView file, std::uint64_t offset, std::uint64_t bytes) {
  if (bytes == 2) return load<std::uint16_t>(file, offset);
  if (bytes == 4) return load<std::uint32_t>(file, offset);
  return load<std::uint64_t>(file, offset);
}

/// A length, and what it counts: the bytes of an entry of .eh_frame behind its length.
std::optional<ByteView> entry_at(ByteView file, std::uint64_t offset) {
  const auto length = load<std::uint32_t>(file, offset);
  if (!length || *length == 0 || *length == 0xffff'ffff) return std::nullopt;
  return slice(file, offset + sizeof *length, *length);
}

/// Of an address that is encoded with `encoding`, at `offset` of the file, which is mapped at
/// `mapped_at`. Absolute ones and those that count from where they stand are read.
std::optional<std::uint64_t> load_address(ByteView file, std::uint64_t offset,
                                          std::uint64_t mapped_at, std::uint8_t encoding) {
  constexpr std::uint8_t kFromItself = 0x10;  // DW_EH_PE_pcrel
  const auto bytes = encoded_bytes(encoding);
  const std::uint8_t counts_from = encoding & 0xf0;
  if (!bytes || (counts_from != 0 && counts_from != kFromItself)) return std::nullopt;
  auto number = load_number(file, offset, *bytes);
  if (!number) return std::nullopt;
  const bool is_signed = encoding & 0x08;
  const auto bits_above = static_cast<int>(64 - 8 * *bytes);
  if (is_signed)
    number =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(*number << bits_above) >> bits_above);
  return *number + (counts_from == kFromItself ? mapped_at : 0);
}

/// Skips a LEB128 number.
bool skip_leb128(ByteView bytes, std::uint64_t& at) {
  constexpr std::uint64_t kMostBytes = 10;
  for (std::uint64_t i = 0; i < kMostBytes; ++i) {
    const auto byte = load<std::uint8_t>(bytes, at);
    if (!byte) return false;
    ++at;
    if (!(*byte & 0x80)) return true;
  }
  return false;
}

/// How the descriptions (FDEs) that belong to `cie` encode their addresses. `cie` is a whole entry
/// behind its length: id, version, augmentation string, alignments, register, augmentation data.
/// Empty for signal frames: theirs begin a byte before the first instruction, in glibc at least, so
/// that the unwinder, who looks for the byte before a return address, finds them.
std::optional<std::uint8_t> address_encoding(ByteView cie) {
  const auto version = load<std::uint8_t>(cie, 4);
  if (load<std::uint32_t>(cie, 0) != 0U || (version != 1 && version != 3)) return std::nullopt;
  constexpr std::size_t kMostLetters = 16;
  const std::string_view text = as_text(cie.subspan(5)).substr(0, kMostLetters);
  const std::size_t end = text.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view augmentation = text.substr(0, end);
  if (augmentation.empty()) return 0;  // DW_EH_PE_absptr
  if (augmentation[0] != 'z') return std::nullopt;

  std::uint64_t at = 5 + end + 1;
  if (!skip_leb128(cie, at) || !skip_leb128(cie, at)) return std::nullopt;  // alignments
  if (version == 1) {
    ++at;  // return address register
  } else if (!skip_leb128(cie, at)) {
    return std::nullopt;
  }
  if (!skip_leb128(cie, at)) return std::nullopt;  // length of what follows
  std::uint8_t found = 0;                          // DW_EH_PE_absptr
  for (const char letter : augmentation.substr(1)) {
    if (letter == 'S') return std::nullopt;  // signal frame
    if (letter == 'B') continue;             // no data
    const auto encoding = load<std::uint8_t>(cie, at);
    if (!encoding) return std::nullopt;
    ++at;
    if (letter == 'R') found = *encoding;
    if (letter == 'R' || letter == 'L') continue;
    const auto personality = encoded_bytes(*encoding);
    if (letter != 'P' || !personality) return std::nullopt;
    at += *personality;
  }
  return found;
}

/// Gives names of sections; an empty one if the file has none.
auto section_names(ByteView file) {
  const auto header = load<Elf64_Ehdr>(file);
  const auto table = slice(file, header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr));
  const auto names =
      table ? load<Elf64_Shdr>(*table, header->e_shstrndx * sizeof(Elf64_Shdr)) : std::nullopt;
  const auto text = names ? slice(file, names->sh_offset, names->sh_size) : std::nullopt;
  return [all = text ? as_text(*text) : std::string_view()](const Elf64_Shdr& section) {
    if (section.sh_name >= all.size()) return std::string_view();
    const std::string_view from = all.substr(section.sh_name);
    return from.substr(0, from.substr(0, 64).find('\0'));
  };
}

/// The last of `functions`, sorted, that begins at `offset` or before it.
std::optional<FileRange> last_begun(const std::vector<FileRange>& functions, std::uint64_t offset) {
  const auto behind = std::ranges::upper_bound(functions, offset, {}, &FileRange::offset);
  if (behind == functions.begin()) return std::nullopt;
  return *std::prev(behind);
}

}  // namespace

std::optional<ElfFunctions> ElfFunctions::of(ByteView file) {
  ElfFunctions functions(file);
  if (!functions.read_segments()) return std::nullopt;
  functions.find_unwind_table();
  return functions;
}

bool ElfFunctions::read_segments() {
  const auto header = load<Elf64_Ehdr>(file_);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
      header->e_machine != EM_X86_64 || header->e_phentsize != sizeof(Elf64_Phdr))
    return false;
  std::uint64_t executable_bytes = 0;
  for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
    // The table's offset is any number; a sum that wraps around is past no end, so ask first.
    const auto table = slice(file_, header->e_phoff,
                             file_.size() - std::min<std::uint64_t>(header->e_phoff, file_.size()));
    const auto segment = table ? load<Elf64_Phdr>(*table, i * sizeof(Elf64_Phdr)) : std::nullopt;
    if (!segment) return false;
    if (segment->p_type == PT_GNU_EH_FRAME) {
      table_offset_ = segment->p_offset;
      table_base_ = segment->p_vaddr;
    }
    if (segment->p_type != PT_LOAD || !slice(file_, segment->p_offset, segment->p_filesz) ||
        segment->p_vaddr + segment->p_filesz < segment->p_vaddr)
      continue;
    const bool executable = segment->p_flags & PF_X;
    segments_.push_back({segment->p_vaddr, segment->p_offset, segment->p_filesz, executable});
    executable_bytes += executable ? segment->p_filesz : 0;
    if (executable && executable_bytes <= file_.size())
      executable_.push_back({segment->p_offset, segment->p_filesz});
  }
  return true;
}

std::optional<std::uint64_t> ElfFunctions::address_of(std::uint64_t offset) const {
  for (const Segment& segment : segments_)
    if (segment.executable && FileRange{segment.offset, segment.size}.contains(offset))
      return segment.address + (offset - segment.offset);
  return std::nullopt;
}

std::optional<FileRange> ElfFunctions::file_range(std::uint64_t address, std::uint64_t size) const {
  for (const Segment& segment : segments_)
    if (address >= segment.address && address - segment.address < segment.size &&
        size <= segment.size - (address - segment.address))
      return FileRange{segment.offset + (address - segment.address), size};
  return std::nullopt;
}

/// Only the one form of table that linkers make is read: sorted pairs of 4-byte numbers.
void ElfFunctions::find_unwind_table() {
  const auto header = slice(file_, table_offset_, kTableHeaderBytes);
  if (table_base_ == 0 || !header) return;
  const auto byte = [&](std::uint64_t i) { return load<std::uint8_t>(*header, i); };
  if (byte(0) != 1 || encoded_bytes(*byte(1)) != 4U || byte(2) != kUnsigned4 ||
      byte(3) != kSigned4RelativeToTable)
    return;
  table_offset_ += kTableHeaderBytes;
  table_entries_ = std::min<std::uint64_t>(*load<std::uint32_t>(*header, 8),
                                           (file_.size() - table_offset_) / kTableEntryBytes);
}

std::optional<FileRange> ElfFunctions::function_at(std::uint64_t offset) {
  const auto address = address_of(offset);
  if (!address) return std::nullopt;
  auto function = unwound_function_at(*address);
  if (!function || !function->contains(offset)) {
    if (!has_read_descriptions_) read_descriptions();
    function = last_begun(described_, offset);
  }
  if (!function || !function->contains(offset)) {
    if (!has_read_symbols_) read_symbols();
    function = last_begun(named_, offset);
  }
  if (!function || !function->contains(offset)) {
    if (!has_read_go_table_) read_go_table();
    function = last_begun(of_go_, offset);
  }
  return function && function->contains(offset) ? function : std::nullopt;
}

std::optional<FileRange> ElfFunctions::unwound_function_at(std::uint64_t address) const {
  const auto field = [&](std::uint64_t entry, std::uint64_t offset) {
    const auto relative =
        load<std::int32_t>(file_, table_offset_ + entry * kTableEntryBytes + offset);
    return table_base_ + static_cast<std::uint64_t>(relative.value_or(0));
  };
  std::uint64_t first_behind = 0;  // first entry that begins behind the address
  for (std::uint64_t left = table_entries_; left > 0;) {
    const std::uint64_t half = left / 2;
    if (field(first_behind + half, 0) <= address) {
      first_behind += half + 1;
      left -= half + 1;
    } else {
      left = half;
    }
  }
  if (first_behind == 0) return std::nullopt;
  const std::uint64_t start = field(first_behind - 1, 0);
  auto size = size_from_description(field(first_behind - 1, 4));
  if (!size || address < start) return std::nullopt;
  if (first_behind < table_entries_) *size = std::min(*size, field(first_behind, 0) - start);
  return file_range(start, *size);
}

/// From an FDE: CIE pointer, address, size of the function, ….
std::optional<std::uint64_t> ElfFunctions::size_from_description(std::uint64_t address) const {
  const auto place = file_range(address, sizeof(std::uint32_t));
  const auto fde = place ? entry_at(file_, place->offset) : std::nullopt;
  const auto back = fde ? load<std::uint32_t>(*fde) : std::nullopt;
  const std::uint64_t from = place ? place->offset + sizeof(std::uint32_t) : 0;
  if (!back || *back == 0 || *back > from) return std::nullopt;
  const auto cie = entry_at(file_, from - *back);
  const auto encoding = cie ? address_encoding(*cie) : std::nullopt;
  const auto bytes = encoding ? encoded_bytes(*encoding) : std::nullopt;
  if (!bytes) return std::nullopt;
  return load_number(*fde, sizeof(std::uint32_t) + *bytes, *bytes);
}

/// Those whose bytes are in the file, as long as they are no more than the file in all.
template <class Take>
void ElfFunctions::for_each_section(Take take) const {
  const auto header = load<Elf64_Ehdr>(file_);
  if (header->e_shoff > file_.size() || header->e_shentsize != sizeof(Elf64_Shdr)) return;
  const ByteView table = file_.subspan(header->e_shoff);
  std::uint64_t bytes_in_all = 0;
  for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto section = load<Elf64_Shdr>(table, i * sizeof(Elf64_Shdr));
    if (!section) break;
    const auto bytes = slice(file_, section->sh_offset, section->sh_size);
    if (section->sh_type == SHT_NOBITS || !bytes) continue;
    if (bytes->size() > file_.size() - bytes_in_all) continue;
    bytes_in_all += bytes->size();
    take(*section, *bytes);
  }
}

/// Descriptions (FDEs) stand one behind the other, among their CIEs, to which each says the
/// distance.
void ElfFunctions::read_descriptions() {
  has_read_descriptions_ = true;
  if (table_entries_ != 0) return;
  const auto name_of = section_names(file_);
  for_each_section([&](const Elf64_Shdr& section, ByteView bytes) {
    if (name_of(section) != ".eh_frame" || !(section.sh_flags & SHF_ALLOC)) return;
    std::uint64_t last_cie = ~std::uint64_t{0};
    std::uint8_t encoding = kNotThere;
    std::uint64_t next = 0;
    while (const auto length = load<std::uint32_t>(bytes, next)) {
      const std::uint64_t entry_start = next + sizeof *length;
      const auto entry = entry_at(bytes, next);
      next = entry_start + *length;
      const auto back = entry ? load<std::uint32_t>(*entry) : std::nullopt;
      if (!back || *back == 0 || *back > entry_start) continue;  // the end, or a CIE
      if (const std::uint64_t cie = entry_start - *back; cie != last_cie) {
        const auto found = entry_at(bytes, cie);
        encoding = found ? address_encoding(*found).value_or(kNotThere) : kNotThere;
        last_cie = cie;
      }
      const auto pointer_bytes = encoded_bytes(encoding);
      if (!pointer_bytes) continue;
      const auto start = load_address(*entry, sizeof *back,
                                      section.sh_addr + entry_start + sizeof *back, encoding);
      const auto size = load_number(*entry, sizeof *back + *pointer_bytes, *pointer_bytes);
      const auto range = start && size ? file_range(*start, *size) : std::nullopt;
      if (range && range->size != 0) described_.push_back(*range);
    }
  });
  std::ranges::sort(described_, {}, &FileRange::offset);
}

template <class Take>
void ElfFunctions::for_each_symbol(Take take) const {
  for_each_section([&](const Elf64_Shdr& section, ByteView bytes) {
    if (section.sh_type != SHT_SYMTAB && section.sh_type != SHT_DYNSYM) return;
    for (std::uint64_t at = 0; const auto symbol = load<Elf64_Sym>(bytes, at);
         at += sizeof(Elf64_Sym))
      if (symbol->st_shndx != SHN_UNDEF) take(*symbol);
  });
}

void ElfFunctions::read_symbols() {
  has_read_symbols_ = true;
  for_each_symbol([&](const Elf64_Sym& symbol) {
    const auto type = ELF64_ST_TYPE(symbol.st_info);
    if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbol.st_size == 0) return;
    if (const auto range = file_range(symbol.st_value, symbol.st_size)) named_.push_back(*range);
  });
  std::ranges::sort(named_, {}, &FileRange::offset);
}

/// What a relocation puts at an address when the file is loaded, before it is moved; empty if none
/// does.
std::optional<std::uint64_t> ElfFunctions::relocated(std::uint64_t address) const {
  std::optional<std::uint64_t> found;
  for_each_section([&](const Elf64_Shdr& section, ByteView bytes) {
    if (section.sh_type != SHT_RELA) return;
    for (std::uint64_t at = 0; const auto one = load<Elf64_Rela>(bytes, at); at += sizeof *one) {
      if (one->r_offset == address && ELF64_R_TYPE(one->r_info) == R_X86_64_RELATIVE)
        found = static_cast<std::uint64_t>(one->r_addend);
    }
  });
  return found;
}

void ElfFunctions::read_go_table() {
  has_read_go_table_ = true;
  const auto name_of = section_names(file_);
  for_each_section([&](const Elf64_Shdr& section, ByteView bytes) {
    if (!name_of(section).ends_with(".gopclntab")) return;
    const auto table = go_table(bytes);
    if (!table) return;
    std::uint64_t base = 0;
    if (table->base_at) {
      base = load<std::uint64_t>(bytes, *table->base_at).value_or(0);
      if (base == 0) base = relocated(section.sh_addr + *table->base_at).value_or(0);
      if (base == 0) return;
    }
    const std::vector<std::uint64_t> starts = go_functions(bytes, *table, base);
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
      const auto range = file_range(starts[i], starts[i + 1] - starts[i]);
      if (range && range->size != 0) of_go_.push_back(*range);
    }
  });
  std::ranges::sort(of_go_, {}, &FileRange::offset);
}

std::vector<std::uint64_t> ElfFunctions::symbol_addresses() const {
  std::vector<std::uint64_t> addresses;
  for_each_symbol([&](const Elf64_Sym& symbol) { addresses.push_back(symbol.st_value); });
  return addresses;
}

}  // namespace mecrr
