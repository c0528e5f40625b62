// Which calls led here?
//
// libdwfl walks: by .eh_frame where a module has it, by frame pointers elsewhere. It asks us for
// the registers of the innermost frame and for memory.

#include <array>
#include <utility>

#include "base/bytes.h"
#include "replayer/symbols/modules.h"
#include "replayer/symbols/symbols.h"

namespace mecrr {
namespace {

constexpr pid_t kTask = 1;  // libdwfl wants a number for the one thread that it knows

/// What libdwfl's callbacks work on.
struct Walk {
  Registers registers;
  const Memory* memory;
  std::size_t max_frames;
  bool innermost_called;  ///< the walk starts behind a call
  struct Address {
    RemoteAddress pc;
    bool exact;  ///< the instruction there is next; else it is behind a call
  };
  std::vector<Address> addresses;
};

pid_t next_thread(Dwfl*, void* argument, void** thread_argument) {
  if (*thread_argument != nullptr) return 0;  // there was only one
  *thread_argument = argument;
  return kTask;
}

bool get_thread(Dwfl*, pid_t tid, void* argument, void** thread_argument) {
  *thread_argument = argument;
  return tid == kTask;
}

bool read_word(Dwfl*, Dwarf_Addr address, Dwarf_Word* word, void* argument) {
  const auto* walk = static_cast<const Walk*>(argument);
  return walk->memory->read(RemoteAddress(address), object_bytes(*word)).has_value();
}

bool set_registers(Dwfl_Thread* thread, void* argument) {
  const Registers& r = static_cast<const Walk*>(argument)->registers;
  // By DWARF number (System V ABI, AMD64, figure 3.36).
  const std::array<Dwarf_Word, 17> values = {r.rax, r.rdx, r.rcx, r.rbx, r.rsi, r.rdi,
                                             r.rbp, r.rsp, r.r8,  r.r9,  r.r10, r.r11,
                                             r.r12, r.r13, r.r14, r.r15, r.rip};
  dwfl_thread_state_register_pc(thread, r.rip);
  return dwfl_thread_state_registers(thread, 0, values.size(), values.data());
}

const Dwfl_Thread_Callbacks kCallbacks = {
    .next_thread = next_thread,
    .get_thread = get_thread,
    .memory_read = read_word,
    .set_initial_registers = set_registers,
    .detach = nullptr,
    .thread_detach = nullptr,
};

int take_frame(Dwfl_Frame* frame, void* argument) {
  auto* walk = static_cast<Walk*>(argument);
  Dwarf_Addr pc = 0;
  bool exact = false;
  if (!dwfl_frame_pc(frame, &pc, &exact) || pc == 0) return DWARF_CB_ABORT;
  if (std::exchange(walk->innermost_called, false)) exact = false;
  walk->addresses.push_back({RemoteAddress(pc), exact});
  return walk->addresses.size() < walk->max_frames ? DWARF_CB_OK : DWARF_CB_ABORT;
}

/// A program that called a bad pointer stands where nothing is mapped, with the caller's address on
/// top of the stack.
std::optional<Registers> before_wild_call(const Registers& registers, const Memory& memory) {
  std::byte instruction{};
  if (memory.read(RemoteAddress(registers.rip), object_bytes(instruction))) return std::nullopt;
  Registers caller = registers;
  if (!memory.read(RemoteAddress(registers.rsp), object_bytes(caller.rip))) return std::nullopt;
  caller.rsp += sizeof caller.rip;
  return caller;
}

}  // namespace

std::vector<Frame> Symbols::backtrace(const Registers& registers, const Memory& memory,
                                      std::size_t max_frames) {
  Walk walk{registers, &memory, max_frames, false, {}};
  if (const auto caller = before_wild_call(registers, memory)) {
    walk.addresses.push_back({RemoteAddress(registers.rip), true});
    walk.registers = *caller;
    walk.innermost_called = true;
  }
  // libdwfl keeps its state with the process it was attached to: a fresh one for each walk.
  Modules walked(*files_, *cache_, mapped_);
  const bool attached = walked.dwfl() != nullptr &&
                        dwfl_attach_state(walked.dwfl(), nullptr, kTask, &kCallbacks, &walk);
  if (attached) dwfl_getthread_frames(walked.dwfl(), kTask, take_frame, &walk);
  if (walk.addresses.empty()) walk.addresses.push_back({RemoteAddress(registers.rip), true});

  std::vector<Frame> frames;
  for (const auto& [pc, exact] : walk.addresses) {
    const RemoteAddress within =
        exact ? pc : pc - 1;  // a call may be the last instruction of its function
    Frame frame{pc, symbol_at(within), line_at(within)};
    if (frame.symbol && !exact) ++frame.symbol->offset;
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace mecrr
