#pragma once

// The ELF files of a process as libdwfl sees them. Only for this folder's questions.

#include <elfutils/libdwfl.h>
#include <gelf.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "replayer/symbols/elf_file.h"
#include "replayer/symbols/symbols.h"

namespace mecrr {

/// Files put together once, whichever process or moment asks.
struct Symbols::Cache {
  std::unordered_map<ContentId, std::optional<ElfFile>> files;  // empty: no ELF file

  const ElfFile* open(StoredFiles& stored, ContentId content);
};

class Symbols::Modules {
 public:
  Modules(StoredFiles& stored, Cache& cache, const std::vector<MappedFile>& mapped);

  Dwfl* dwfl() const { return dwfl_.get(); }

  /// The module whose code or data is at `address`, or null.
  Dwfl_Module* at(RemoteAddress address) const;

  static std::string path_of(Dwfl_Module* module);

  struct Symbol {
    const char* name;  // mangled
    RemoteAddress address;
    const GElf_Sym& entry;
  };
  using TakeSymbol = std::function<void(Dwfl_Module*, const Symbol&)>;
  /// Each named, defined function or variable, module by module as they were mapped.
  void for_each_symbol(const TakeSymbol& take) const;

 private:
  struct End {
    void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
  };

  void add(const ElfFile& file, std::uint64_t bias, const std::string& path);

  std::unique_ptr<Dwfl, End> dwfl_;
};

}  // namespace mecrr
