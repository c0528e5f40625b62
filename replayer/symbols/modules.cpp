#include "replayer/symbols/modules.h"

#include <set>
#include <utility>

namespace mecrr {
namespace {

/// Called by libdwfl when a module has no debugging information of its own. Looking for it on this
/// machine would mix a stranger's trace with our files: none is found.
int find_no_debuginfo(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*,
                      GElf_Word, char**) {
  return -1;
}

/// Called for modules whose file was not given: there are none.
int find_no_elf(Dwfl_Module*, void**, const char*, Dwarf_Addr, char**, Elf**) { return -1; }

const Dwfl_Callbacks kCallbacks = {
    .find_elf = find_no_elf,
    .find_debuginfo = find_no_debuginfo,
    .section_address = nullptr,
    .debuginfo_path = nullptr,
};

}  // namespace

const ElfFile* Symbols::Cache::open(StoredFiles& stored, ContentId content) {
  auto [file, is_new] = files.try_emplace(content);
  if (is_new)
    if (auto elf = rebuild_elf(stored, content)) file->second = std::move(*elf);
  return file->second ? &*file->second : nullptr;
}

Symbols::Modules::Modules(StoredFiles& stored, Cache& cache, const std::vector<MappedFile>& mapped)
    : dwfl_(dwfl_begin(&kCallbacks)) {
  if (!dwfl_) return;
  dwfl_report_begin(dwfl_.get());
  std::set<std::pair<ContentId, std::uint64_t>> known;  // a file's several mappings have one bias
  for (const MappedFile& mapping : mapped) {
    const ElfFile* file = cache.open(stored, mapping.content);
    if (file == nullptr) continue;
    const auto bias = load_bias(*file, mapping.range.start, mapping.offset);
    if (bias && known.emplace(mapping.content, *bias).second) add(*file, *bias, mapping.path);
  }
  dwfl_report_end(dwfl_.get(), nullptr, nullptr);
}

void Symbols::Modules::add(const ElfFile& file, std::uint64_t bias, const std::string& path) {
  auto memory = file.memory.duplicate();
  if (!memory) return;
  // Fails for files that make no sense or overlap another: the trace's lie, and then there are no
  // symbols.
  if (dwfl_report_elf(dwfl_.get(), path.c_str(), path.c_str(), memory->get(), bias, true) !=
      nullptr)
    (void)memory->release();  // libdwfl's now
}

Dwfl_Module* Symbols::Modules::at(RemoteAddress address) const {
  return dwfl_ ? dwfl_addrmodule(dwfl_.get(), address.value()) : nullptr;
}

std::string Symbols::Modules::path_of(Dwfl_Module* module) {
  const char* name =
      dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  return name == nullptr ? "" : name;
}

namespace {

bool is_nameable(const GElf_Sym& entry) {
  const int type = GELF_ST_TYPE(entry.st_info);
  return entry.st_shndx != SHN_UNDEF && type != STT_SECTION && type != STT_FILE && type != STT_TLS;
}

}  // namespace

void Symbols::Modules::for_each_symbol(const TakeSymbol& take) const {
  if (!dwfl_) return;
  const auto visit_module = [](Dwfl_Module* module, void**, const char*, Dwarf_Addr,
                               void* argument) {
    const TakeSymbol& take = **static_cast<const TakeSymbol**>(argument);
    const int count = dwfl_module_getsymtab(module);
    for (int i = 1; i < count; ++i) {
      GElf_Sym entry;
      GElf_Addr address;
      const char* name =
          dwfl_module_getsym_info(module, i, &entry, &address, nullptr, nullptr, nullptr);
      if (name != nullptr && *name != 0 && is_nameable(entry))
        take(module, {name, RemoteAddress(address), entry});
    }
    return static_cast<int>(DWARF_CB_OK);
  };
  const TakeSymbol* argument = &take;
  dwfl_getmodules(dwfl_.get(), visit_module, &argument, 0);
}

}  // namespace mecrr
