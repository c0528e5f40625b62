#include "tests/replayer/hand_made.h"

#include <sys/mman.h>

#include <algorithm>

#include "base/check.h"
#include "device/ptrace/ptrace_device.h"
#include "trace-format/sink.h"
#include "trace-format/source.h"

namespace mecrr::hand_made {
namespace {

class MemorySink final : public Sink {
 public:
  explicit MemorySink(std::shared_ptr<Bytes> file) : file_(std::move(file)) {}
  Result<void> write_at(std::uint64_t offset, ByteView bytes) override {
    file_->resize(std::max<std::uint64_t>(file_->size(), offset + bytes.size()));
    std::ranges::copy(bytes, file_->begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  Result<void> cut(std::uint64_t size) override {
    file_->resize(size);
    return {};
  }
  Result<void> reserve(std::uint64_t, std::uint64_t) override { return {}; }
  Result<void> finish() override { return {}; }

 private:
  std::shared_ptr<Bytes> file_;
};

constexpr std::uint64_t kPage = 0x1000;
constexpr std::uint64_t kSyscallBytes = 2;

pb::Write write_of(std::uint64_t address, ByteView bytes) {
  pb::Write write;
  write.set_address(address);
  write.set_data(std::string(as_text(bytes)));
  return write;
}

/// As the device reports it at the call.
Registers at_call(const Registers& before) {
  Registers at = before;
  at.rip += kSyscallBytes;
  at.orig_rax = before.rax;
  return at;
}

pb::Call call_with(const Registers& r, std::size_t arguments) {
  pb::Call call;
  call.set_number(static_cast<std::uint32_t>(r.rax));
  const std::array all = {r.rdi, r.rsi, r.rdx, r.r10, r.r8, r.r9};
  for (std::size_t i = 0; i < arguments; ++i) call.add_argument(all[i]);
  return call;
}

}  // namespace

std::uint64_t address_of(ByteView code, std::initializer_list<int> octets, int nth) {
  Bytes wanted;
  for (const int octet : octets) wanted.push_back(static_cast<std::byte>(octet));
  auto at = code.begin();
  while (true) {
    at = std::search(at, code.end(), wanted.begin(), wanted.end());
    MECRR_CHECK(at != code.end(), "the code has no such bytes");
    if (nth-- == 0) return kCode + static_cast<std::uint64_t>(at - code.begin());
    ++at;
  }
}

std::uint64_t syscall_at(ByteView code, int nth) { return address_of(code, {0x0f, 0x05}, nth); }

Registers start_registers() {
  Registers registers{};
  registers.rip = kCode;
  registers.rsp = kStackTop;
  registers.eflags = 0x202;
  registers.orig_rax = kNoCall;
  return registers;
}

pb::Registers to_trace(const Registers& r) {
  pb::Registers t;
  t.set_r15(r.r15), t.set_r14(r.r14), t.set_r13(r.r13), t.set_r12(r.r12);
  t.set_rbp(r.rbp), t.set_rbx(r.rbx), t.set_r11(r.r11), t.set_r10(r.r10);
  t.set_r9(r.r9), t.set_r8(r.r8), t.set_rax(r.rax), t.set_rcx(r.rcx);
  t.set_rdx(r.rdx), t.set_rsi(r.rsi), t.set_rdi(r.rdi), t.set_orig_rax(r.orig_rax);
  t.set_rip(r.rip), t.set_cs(0x33), t.set_eflags(r.eflags), t.set_rsp(r.rsp), t.set_ss(0x2b);
  t.set_fs_base(r.fs_base), t.set_gs_base(r.gs_base);
  return t;
}

pb::State state_of(const Registers& registers) {
  pb::State state;
  state.set_rip(registers.rip);
  state.set_rsp(registers.rsp);
  state.set_registers_hash(identity_hash(registers));
  return state;
}

pb::Mapping mapping(std::uint64_t start, std::uint64_t size, int protection) {
  pb::Mapping mapping;
  mapping.set_start(start);
  mapping.set_size(size);
  mapping.set_protection(static_cast<std::uint32_t>(protection));
  mapping.set_flags(MAP_PRIVATE);
  return mapping;
}

pb::Event image(Tid tid, ByteView code, std::string_view data) {
  pb::Event event = hand_made::event(tid);
  pb::Image& image = *event.mutable_image();
  image.set_path("/hand/made");
  image.add_argument("made");
  image.set_pid(tid.value());
  *image.add_mapping() = mapping(kCode, kPage, PROT_READ | PROT_EXEC);
  *image.add_mapping() = mapping(kData, kPage, PROT_READ | PROT_WRITE);
  *image.add_mapping() = mapping(kStack, kPage, PROT_READ | PROT_WRITE);
  *image.add_memory() = write_of(kCode, code);
  if (!data.empty()) *image.add_memory() = write_of(kData, as_bytes(data));
  *image.mutable_registers() = to_trace(start_registers());
  return event;
}

pb::Event later_image(Tid tid, ByteView code, std::string_view data) {
  pb::Event event = image(tid, code, data);
  event.mutable_image()->set_parent_stream(1);
  return event;
}

pb::Event event(Tid tid) {
  pb::Event event;
  event.set_tid(tid.value());
  return event;
}

pb::Event call(Tid tid, const Registers& before, std::size_t arguments, std::int64_t result) {
  pb::Event event = hand_made::event(tid);
  *event.mutable_state() = state_of(at_call(before));
  *event.mutable_call() = call_with(before, arguments);
  event.mutable_call()->mutable_outcome()->set_result(result);
  return event;
}

pb::Event entered(Tid tid, const Registers& before, std::size_t arguments) {
  pb::Event event = hand_made::event(tid);
  *event.mutable_state() = state_of(at_call(before));
  *event.mutable_entered() = call_with(before, arguments);
  return event;
}

pb::Event returned(Tid tid, std::uint32_t number, std::int64_t result) {
  pb::Event event = hand_made::event(tid);
  event.mutable_returned()->set_number(number);
  event.mutable_returned()->mutable_outcome()->set_result(result);
  return event;
}

pb::Event instruction(Tid tid, const Registers& before, pb::Instruction::Kind kind, int length) {
  pb::Event event = hand_made::event(tid);
  *event.mutable_state() = state_of(before);
  event.mutable_instruction()->set_kind(kind);
  event.mutable_instruction()->set_length(static_cast<std::uint32_t>(length));
  return event;
}

pb::Event fault(Tid tid, const Registers& at, const siginfo_t& info) {
  pb::Event event = hand_made::event(tid);
  *event.mutable_state() = state_of(at);
  pb::Signal& signal = *event.mutable_signal();
  signal.set_number(info.si_signo);
  signal.set_info(std::string(as_text(object_bytes(info))));
  signal.set_cause(pb::Signal::FAULT);
  return event;
}

pb::Event exited(Tid tid, int status) {
  pb::Event event = hand_made::event(tid);
  event.mutable_exited()->set_status(status);
  event.mutable_exited()->set_process(true);
  return event;
}

void add_input(pb::Call& call, std::uint64_t address, std::string_view bytes) {
  pb::Input& input = *call.add_input();
  input.set_address(address);
  input.set_size(bytes.size());
  input.set_start(std::string(bytes));
}

Replayed::Replayed(std::unique_ptr<Reader> trace, std::optional<Pid> only)
    : reader_(std::move(trace)), device_(PtraceDevice::create()) {
  ReplayOptions options;
  options.only = only;
  options.output = [this](Order, pb::Output, ByteView bytes) { output_ += as_text(bytes); };
  auto opened = Replay::open(*reader_, *device_, std::move(options));
  if (opened) {
    replay_ = *std::move(opened);
  } else {
    error_ = opened.error().message;
  }
}

std::string Replayed::error() {
  if (!replay_) return error_;
  const auto advance = replay_->run(Breakpoints::kIgnore);
  return advance ? "" : advance.error().message;
}

Trace::Trace() : file_(std::make_shared<Bytes>()) {
  pb::Header header;
  header.set_version(1);
  auto writer = Writer::create(std::make_unique<MemorySink>(file_), "made.pb", header);
  MECRR_CHECK(writer.has_value(), "{}", writer.error().message);
  writer_.emplace(*std::move(writer));
}

Result<std::unique_ptr<Reader>> Trace::try_read() && {
  pb::Ending ending;
  ending.set_reason(pb::Ending::ALL_EXITED);
  (void)TRY(std::move(*writer_).finish(ending));
  return Reader::open(source_of(*file_), "made.pb");
}

std::unique_ptr<Reader> Trace::read() && {
  auto reader = std::move(*this).try_read();
  MECRR_CHECK(reader.has_value(), "{}", reader.error().message);
  return *std::move(reader);
}

}  // namespace mecrr::hand_made
