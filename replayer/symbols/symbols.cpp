#include "replayer/symbols/symbols.h"

#include <utility>

#include "replayer/symbols/modules.h"

namespace mecrr {

Symbols::Symbols(StoredFiles& files) : files_(&files), cache_(std::make_unique<Cache>()) {}
Symbols::Symbols(Symbols&&) noexcept = default;
Symbols& Symbols::operator=(Symbols&&) noexcept = default;
Symbols::~Symbols() = default;

void Symbols::set_mapped_files(std::vector<MappedFile> mapped) {
  if (mapped == mapped_) return;
  mapped_ = std::move(mapped);
  modules_.reset();
}

Symbols::Modules& Symbols::modules() {
  if (!modules_) modules_ = std::make_unique<Modules>(*files_, *cache_, mapped_);
  return *modules_;
}

}  // namespace mecrr
