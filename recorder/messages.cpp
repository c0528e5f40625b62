#include "recorder/messages.h"

#include <algorithm>

#include "base/hash.h"
#include "device/calls/inputs.h"
#include "device/calls/table.h"

namespace mecrr {
namespace {

/// How much of data that a call reads is kept for people.
constexpr std::uint64_t kShownBytes = 64;

ByteView without_trailing_zeros(ByteView bytes) {
  while (!bytes.empty() && bytes.back() == std::byte{0}) bytes = bytes.first(bytes.size() - 1);
  return bytes;
}

std::string as_string(ByteView bytes) { return std::string(as_text(bytes)); }

Result<void> add_input(const calls::Input& input, const Memory& memory, pb::Call& message) {
  const Bytes bytes = TRY(read_bytes(memory, input.range.start, input.range.size));
  pb::Input& added = *message.add_input();
  added.set_address(input.range.start.value());
  added.set_size(bytes.size());
  const std::size_t shown =
      input.text ? bytes.size() : std::min<std::size_t>(bytes.size(), kShownBytes);
  added.set_start(as_chars(bytes), shown);
  if (shown < bytes.size()) added.set_hash(hash64(bytes));
  return {};
}

}  // namespace

pb::State state_of(const Registers& registers) {
  pb::State state;
  state.set_rip(registers.rip);
  state.set_rsp(registers.rsp);
  state.set_registers_hash(identity_hash(registers));
  return state;
}

pb::Registers message_of(const Registers& r) {
  pb::Registers message;
  message.set_r15(r.r15);
  message.set_r14(r.r14);
  message.set_r13(r.r13);
  message.set_r12(r.r12);
  message.set_rbp(r.rbp);
  message.set_rbx(r.rbx);
  message.set_r11(r.r11);
  message.set_r10(r.r10);
  message.set_r9(r.r9);
  message.set_r8(r.r8);
  message.set_rax(r.rax);
  message.set_rcx(r.rcx);
  message.set_rdx(r.rdx);
  message.set_rsi(r.rsi);
  message.set_rdi(r.rdi);
  message.set_orig_rax(r.orig_rax);
  message.set_rip(r.rip);
  message.set_cs(r.cs);
  message.set_eflags(r.eflags);
  message.set_rsp(r.rsp);
  message.set_ss(r.ss);
  message.set_fs_base(r.fs_base);
  message.set_gs_base(r.gs_base);
  message.set_ds(r.ds);
  message.set_es(r.es);
  message.set_fs(r.fs);
  message.set_gs(r.gs);
  return message;
}

pb::Vector message_of(const VectorState& state) {
  pb::Vector message;
  message.set_xsave(as_string(without_trailing_zeros(state.xsave)));
  return message;
}

std::string info_of(const siginfo_t& info) {
  return as_string(without_trailing_zeros(object_bytes(info)));
}

Result<pb::Call> call_message(const SystemCall& call, const SystemCall& effective,
                              const Memory& memory) {
  pb::Call message;
  message.set_number(call.number);
  const auto form = calls::form_of(effective);
  // Of a call that the table does not know, all six registers.
  const std::size_t arity = form ? (*form)->arity() : call.arguments.size();
  for (std::size_t i = 0; i < arity; ++i) message.add_argument(call.arguments[i]);
  if (!form) return message;
  for (const calls::Input& input : TRY(calls::inputs(effective, memory))) {
    TRY(add_input(input, memory, message));
  }
  return message;
}

void add_write(RemoteAddress at, ByteView bytes, Writes* to) {
  pb::Write& write = *to->Add();
  write.set_address(at.value());
  write.set_data(as_chars(bytes), bytes.size());
}

Result<void> add_writes(const Memory& memory, const std::vector<RemoteRange>& ranges, Writes* to) {
  for (const RemoteRange& range : ranges) {
    pb::Write& write = *to->Add();
    write.set_address(range.start.value());
    write.mutable_data()->resize(range.size);
    TRY(memory.read(range.start, mutable_bytes_at(write.mutable_data()->data(), range.size)));
  }
  return {};
}

void add_writes(const std::vector<DyingWrite>& writes, Writes* to) {
  for (const DyingWrite& dying : writes) add_write(dying.at, object_bytes(dying.value), to);
}

}  // namespace mecrr
