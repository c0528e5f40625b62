// A blank task of the ptrace device, with a few bytes of code put into it.
#pragma once

#include <sys/mman.h>
#include <sys/syscall.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "base/check.h"
#include "device/ptrace/ptrace_device.h"

namespace mecrr {

inline constexpr Run kRun;  // in tests, Run is a member function of GoogleTest's

inline constexpr std::uint64_t kCode = 0x400000;

inline Bytes code(std::initializer_list<int> octets) {
  Bytes bytes;
  for (const int octet : octets) bytes.push_back(static_cast<std::byte>(octet));
  return bytes;
}

inline SystemCall map_call(std::uint64_t at, std::uint64_t size) {
  return {SYS_mmap,
          {at, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
           ~std::uint64_t{0}, 0}};
}

/// A blank task that is about to execute this code.
class BlankTask {
 public:
  explicit BlankTask(const Bytes& code) {
    auto blank = device_->create_blank({});
    MECRR_CHECK(blank.has_value(), "{}", blank.error().message);
    tid_ = blank->tid();
    MECRR_CHECK(*blank->perform(map_call(kCode, 0x1000)) == kCode);
    MECRR_CHECK(blank->write(RemoteAddress(kCode), code).has_value());
    Registers registers = *blank->registers();
    registers.rip = kCode;
    registers.orig_rax = kNoCall;
    MECRR_CHECK(blank->set_registers(registers).has_value());
    task_.emplace(std::move(*blank));
  }

  StoppedTask& task() { return *task_; }
  PtraceDevice& device() { return *device_; }
  Tid tid() const { return tid_; }

  Report after(const Command& command) {
    MECRR_CHECK(std::move(*task_).resume(command).has_value());
    task_.reset();
    return next();
  }
  Report next() {
    auto report = device_->wait(std::nullopt, Patience::kBlock);
    while (report && !*report && device_->has_tasks())  // a signal of the test's own
      report = device_->wait(std::nullopt, Patience::kBlock);
    MECRR_CHECK(report.has_value() && report->has_value());
    Report found = std::move(**report);
    if (found.task && found.tid == tid_) task_.emplace(*std::exchange(found.task, std::nullopt));
    return found;
  }

 private:
  std::unique_ptr<PtraceDevice> device_ = PtraceDevice::create();
  Tid tid_{};
  std::optional<StoppedTask> task_;
};

template <class T>
T stop_of(const Report& report) {
  const T* stop = std::get_if<T>(&report.stop);
  const auto* signaled = std::get_if<Signaled>(&report.stop);
  MECRR_CHECK(stop != nullptr, "stop {} was not expected, signal {}, code {}", report.stop.index(),
              signaled ? signaled->info.si_signo : 0, signaled ? signaled->info.si_code : 0);
  return *stop;
}

}  // namespace mecrr
