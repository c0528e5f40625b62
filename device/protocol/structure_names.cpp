#include <map>

#include "device/protocol/structure.h"
#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

std::map<std::string_view, const Structure*> collect() {
  std::map<std::string_view, const Structure*> structures;
  for (const std::span<const Structure> family :
       {scalar_structures(), time_structures(), file_structures(), task_structures(),
        socket_structures(), signal_structures(), system_structures()}) {
    for (const Structure& structure : family) structures.emplace(structure.name, &structure);
  }
  return structures;
}

}  // namespace

const Structure* find_structure(std::string_view name) {
  static const std::map<std::string_view, const Structure*> structures = collect();
  const auto found = structures.find(name);
  return found == structures.end() ? nullptr : found->second;
}

}  // namespace mecrr::protocol
