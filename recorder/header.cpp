#include "recorder/header.h"

#include <cpuid.h>
#include <limits.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

#include "base/files.h"
#include "trace-format/limits.h"

namespace mecrr {
namespace {

std::string kernel() {
  utsname name{};
  if (::uname(&name) != 0) return {};
  return fmt::format("{} {}", name.sysname, name.release);
}

std::string processor() {
  const auto text = read_text_file("/proc/cpuinfo");
  if (!text) return {};
  const std::size_t line = text->find("model name");
  const std::size_t value = text->find(": ", line);
  if (line == std::string::npos || value == std::string::npos) return {};
  return text->substr(value + 2, text->find('\n', value) - value - 2);
}

/// CPUID leaf 0xD: where each component of the vector state lies.
void add_vector_components(pb::Machine& machine) {
  constexpr unsigned kLeaf = 0xd;
  constexpr unsigned kFirst = 2, kEnd = 63;  // x87 and SSE have their places in the legacy area
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid_count(kLeaf, 0, &eax, &ebx, &ecx, &edx) == 0) return;
  const std::uint64_t enabled = std::uint64_t{edx} << 32 | eax;
  for (unsigned number = kFirst; number < kEnd; ++number) {
    if ((enabled >> number & 1) == 0) continue;
    unsigned size = 0, offset = 0;
    __get_cpuid_count(kLeaf, number, &size, &offset, &ecx, &edx);
    pb::VectorComponent& component = *machine.add_vector();
    component.set_number(number);
    component.set_offset(offset);
    component.set_size(size);
  }
}

}  // namespace

pb::Header header_of(const Launch& launch) {
  pb::Header header;
  header.set_version(kTraceVersion);
  header.set_recorder("mecrr " MECRR_VERSION);
  header.set_started_unix_ns(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count());
  for (const std::string& argument : launch.arguments) header.add_argument(argument);
  std::array<char, PATH_MAX> directory;
  if (::getcwd(directory.data(), directory.size()) != nullptr) {
    header.set_directory(directory.data());
  }
  pb::Machine& machine = *header.mutable_machine();
  machine.set_kernel(kernel());
  machine.set_processor(processor());
  machine.set_processors(static_cast<std::uint32_t>(::sysconf(_SC_NPROCESSORS_ONLN)));
  machine.set_page_bytes(static_cast<std::uint32_t>(::sysconf(_SC_PAGESIZE)));
  add_vector_components(machine);
  return header;
}

}  // namespace mecrr
