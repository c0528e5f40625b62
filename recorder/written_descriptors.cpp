#include "recorder/written_descriptors.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace mecrr {
namespace {

enum class From : std::uint8_t {
  kMemory,  ///< of the program
  kKernel,  ///< another descriptor
  kNothing,
};

struct WritingCall {
  std::uint32_t number;
  std::uint8_t descriptor;  ///< which argument it writes to
  From from;
};

constexpr WritingCall kWritingCalls[] = {
    {SYS_write, 0, From::kMemory},      {SYS_pwrite64, 0, From::kMemory},
    {SYS_writev, 0, From::kMemory},     {SYS_pwritev, 0, From::kMemory},
    {SYS_pwritev2, 0, From::kMemory},   {SYS_sendto, 0, From::kMemory},
    {SYS_sendmsg, 0, From::kMemory},    {SYS_sendmmsg, 0, From::kMemory},
    {SYS_vmsplice, 0, From::kMemory},   {SYS_sendfile, 0, From::kKernel},
    {SYS_splice, 2, From::kKernel},     {SYS_copy_file_range, 2, From::kKernel},
    {SYS_tee, 1, From::kKernel},        {SYS_ftruncate, 0, From::kNothing},
    {SYS_fallocate, 0, From::kNothing},
};

const WritingCall* find(std::uint32_t number) {
  for (const WritingCall& call : kWritingCalls) {
    if (call.number == number) return &call;
  }
  return nullptr;
}

int descriptor_of(const WritingCall& writing, const SystemCall& call) {
  return static_cast<int>(call.arguments[writing.descriptor]);
}

/// Whether a descriptor of the task is the same open file as one of ours.
bool is_ours(Tid tid, int descriptor, int ours) {
  const long result = ::syscall(SYS_kcmp, tid.value(), ::getpid(), KCMP_FILE, descriptor, ours);
  return result == 0;
}

}  // namespace

pb::Output output_behind(Tid tid, int descriptor) {
  const bool is_stderr = is_ours(tid, descriptor, STDERR_FILENO);
  // On a terminal both are the same open file: then the number tells.
  if (is_stderr && descriptor == STDERR_FILENO) return pb::OUTPUT_STDERR;
  if (is_ours(tid, descriptor, STDOUT_FILENO)) return pb::OUTPUT_STDOUT;
  return is_stderr ? pb::OUTPUT_STDERR : pb::OUTPUT_NONE;
}

pb::Output output_of(Tid tid, const SystemCall& call) {
  const WritingCall* writing = find(call.number);
  if (writing == nullptr || writing->from != From::kMemory) return pb::OUTPUT_NONE;
  return output_behind(tid, descriptor_of(*writing, call));
}

bool moves_to_output(Tid tid, const SystemCall& call) {
  const WritingCall* writing = find(call.number);
  return writing != nullptr && writing->from == From::kKernel &&
         output_behind(tid, descriptor_of(*writing, call)) != pb::OUTPUT_NONE;
}

std::optional<int> written_descriptor(const SystemCall& call) {
  const WritingCall* writing = find(call.number);
  if (writing == nullptr) return std::nullopt;
  return descriptor_of(*writing, call);
}

}  // namespace mecrr
