// A device without tasks: its stops come from a text, so that what drives a device can be tested
// without ptrace. Blank tasks only (answering mode).
//
// Each line is what a task's next resumption comes to: the task, by the order in which they are
// made; where it stops; and the stop as the device's protocol writes it.
//
//     1 0x400016 write 1, 0x500000, 3
//     2 0x400020 signal SIGTERM {code: SI_USER}
//     1 0x400030 exited SIGKILL
//
// Before that stop, a task answers all calls that it has been given answers to; or, with a number
// behind the place, that many of them: `1 0x400016 +2 write 1, 0x500000, 3`.
//
// Memory is what `perform` maps: zero, whatever it is backed by.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "device/device.h"

namespace mecrr {

class FakeDevice final : public Device, private TaskControl {
 public:
  explicit FakeDevice(std::string_view script);

  /// What it was told, one line each: "1 run", "2 step", "1 perform mmap", "kill 1".
  const std::vector<std::string>& log() const { return log_; }

  Result<Tid> launch(const Launch&) override;
  Result<StoppedTask> create_blank(const Blank&) override;
  Result<std::optional<Report>> wait(std::optional<Tid> only, Patience) override;
  bool has_tasks() const override { return !tasks_.empty() || !ready_.empty(); }
  Result<Activity> activity(Tid) override { return Activity::kStopped; }
  Result<void> kill(Pid) override;

 private:
  using Page = std::array<std::byte, 4096>;
  using Space = std::map<std::uint64_t, Page>;  // by address

  struct Task {
    Pid pid;
    std::shared_ptr<Space> space;
    Registers registers{};
    std::deque<std::string> stops{};  // to come
    Bytes answers{};                  // given, and not taken back
    std::size_t answered = 0;         // bytes of them
  };

  Result<Registers> registers(Tid) override;
  Result<void> set_registers(Tid, const Registers&) override;
  Result<VectorState> vector_state(Tid) override { return VectorState{}; }
  Result<void> set_vector_state(Tid, const VectorState&) override { return {}; }
  Result<void> read(Tid, RemoteAddress from, MutableBytes into) override;
  Result<void> write(Tid, RemoteAddress to, ByteView data) override;
  Result<std::int64_t> perform(Tid, const SystemCall&) override;
  Result<Disposition> disposition(Tid, int) override { return Disposition::kDefault; }
  Result<void> answer(Tid, ByteView records, AtEnd) override;
  Result<std::size_t> take_answered(Tid) override;
  Result<std::uint64_t> blocked_signals(Tid) override { return 0; }
  Result<void> resume(Tid, const Command&) override;

  Tid add_task(Task task);
  Result<std::byte*> byte_at(Tid, RemoteAddress);
  void end(Tid);

  std::map<Tid, std::deque<std::string>> script_;
  std::map<Tid, Task> tasks_;
  std::deque<Report> ready_;
  std::vector<std::string> log_;
  Tid last_{};
};

}  // namespace mecrr
