#pragma once

// Names, lines and call chains of one process (one address space), as of a moment: whoever moves
// the replay says which files are mapped then. Reading files is put off until a question needs
// them. All answers are for people: what a trace holds of a file may be little, or lies, so "not
// known" is an answer everywhere and nothing here fails.
//
// Threads: one.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/remote_address.h"
#include "device/memory.h"
#include "device/registers.h"
#include "replayer/symbols/stored_files.h"

namespace mecrr {

/// The symbol at or below an address.
struct SymbolAt {
  std::string name;          ///< demangled
  std::uint64_t offset = 0;  ///< bytes from the symbol's start
  std::string file;          ///< path of the module
};

/// A symbol found by its name.
struct FoundSymbol {
  std::string name;  ///< demangled
  RemoteAddress address;
  std::string file;
  std::uint64_t variable_bytes = 0;  ///< 0: no variable, but a function or a label
};

struct SourceLine {
  std::string file;
  int line = 0;
};

struct Frame {
  RemoteAddress address;  ///< next instruction in this frame: behind the call, but in frame 0 and
                          ///< below a signal handler
  std::optional<SymbolAt> symbol;
  std::optional<SourceLine> line;
};

class Symbols {
 public:
  /// `files` outlives this.
  explicit Symbols(StoredFiles& files);
  Symbols(Symbols&&) noexcept;
  Symbols& operator=(Symbols&&) noexcept;
  ~Symbols();

  /// Says what is mapped executable now, lowest first. Cheap if it is the same as before.
  void set_mapped_files(std::vector<MappedFile> mapped);

  std::optional<SymbolAt> symbol_at(RemoteAddress address);

  /// Every definition of `name`, of which the dynamic linker or a person may mean any: the
  /// program's before its libraries', in order of address. C++ names match mangled, whole, or
  /// without their parameters.
  std::vector<FoundSymbol> find(std::string_view name);

  /// Names that begin with `prefix`, sorted, at most `limit`.
  std::vector<std::string> names_with_prefix(std::string_view prefix, std::size_t limit);

  /// The source line that the instruction at `address` was compiled from.
  std::optional<SourceLine> line_at(RemoteAddress address);

  /// The chain of calls that led to `registers`, innermost first, by the modules' call frame
  /// information and, where there is none, by frame pointers. Ends where neither leads on.
  std::vector<Frame> backtrace(const Registers& registers, const Memory& memory,
                               std::size_t max_frames);

 private:
  class Modules;  // modules.h

  Modules& modules();  // of the files mapped now

  StoredFiles* files_;
  std::vector<MappedFile> mapped_;
  std::unique_ptr<Modules>
      modules_;  // made when first asked; absent when `mapped_` has changed since
  struct Cache;
  std::unique_ptr<Cache> cache_;  // files put together before
};

}  // namespace mecrr
