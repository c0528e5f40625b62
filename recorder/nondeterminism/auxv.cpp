#include "recorder/nondeterminism/auxv.h"

#include <elf.h>

namespace mecrr {
namespace {

constexpr std::uint64_t kWord = 8;

/// Behind argc, argv and the environment.
Result<RemoteAddress> auxiliary_vector(const StoppedTask& task) {
  RemoteAddress at(TRY(task.registers()).rsp);
  at += kWord * (TRY(read_object<std::uint64_t>(task, at)) + 2);
  while (TRY(read_object<std::uint64_t>(task, at)) != 0) at += kWord;
  return at + kWord;
}

}  // namespace

Result<void> hide_vdso(StoppedTask& task) {
  RemoteAddress at = TRY(auxiliary_vector(task));
  while (true) {
    auto entry = TRY(read_object<Elf64_auxv_t>(task, at));
    if (entry.a_type == AT_NULL) return {};
    if (entry.a_type == AT_SYSINFO_EHDR) {
      entry.a_type = AT_IGNORE;
      entry.a_un.a_val = 0;
      TRY(task.write(at, object_bytes(entry)));
    }
    at += sizeof entry;
  }
}

}  // namespace mecrr
