// Call sites that lead to the agent.
#include <sys/mman.h>
#include <sys/syscall.h>

#include <array>
#include <iterator>
#include <tuple>
#include <utility>

#include "device/agent/state.h"
#include "device/device.h"
#include "device/patch.h"
#include "replayer/memory/address_space.h"

namespace mecrr {
namespace {

constexpr std::uint64_t kMaxCodeBytes = 64, kMaxStubBytes = 128;  // trace.proto
/// More is no program but a trace that is made to exhaust memory: a block costs at least a page.
constexpr std::size_t kMaxStubBlocks = 16 * 1024;
constexpr std::uint64_t kEndOfAddresses = 0x7ffffffff000;
constexpr std::uint64_t kNoDescriptor = ~std::uint64_t{0};
constexpr std::byte kTrap{0xcc};
constexpr RemoteRange kRegion{RemoteAddress(kMecrrRegion), kMecrrRegionBytes};
constexpr RemoteRange kLowStubs{RemoteAddress(agent::kLowStubs), agent::kEnd - agent::kLowStubs};
static_assert(kRegion.end() == kLowStubs.end());

RemoteRange block_of(RemoteAddress address) {
  return {address.rounded_down(kStubBlockBytes), kStubBlockBytes};
}

}  // namespace

Result<void> AddressSpace::patch(StoppedTask& task, const pb::Patch& patch) {
  const RemoteRange site = TRY(checked_site(patch));
  const ByteView code = as_bytes(patch.code());
  if (patch.stub_code().empty()) return restore(task, site, code);
  const RemoteRange stub{RemoteAddress(patch.stub()), patch.stub_code().size()};
  if (stub.size > kMaxStubBytes) return fail("a stub of {} bytes", stub.size);
  const ByteView stub_code = as_bytes(patch.stub_code());
  Patches::Window window{.original = {},
                         .code = to_bytes(code),
                         .stub = stub.start,
                         .led = led_by_stub(stub_code).value_or(LedInstruction::kSyscall)};
  if (const Patches::Window* known = patches_.at(site.start)) {
    if (known->code.size() != site.size) return fail("{} is patched already, but not all", site);
    window.original = known->original;
  } else if (patches_.overlaps(site)) {
    return fail("{} is patched already, from elsewhere on", site);
  } else {
    window.original = TRY(read_bytes(task, site.start, site.size));
  }
  TRY(make_room(task, stub));
  TRY(task.write(stub.start, stub_code));
  TRY(task.write(site.start, code));
  patches_.set(site.start, std::move(window));
  return {};
}

Result<RemoteRange> AddressSpace::checked_site(const pb::Patch& patch) const {
  const RemoteRange site{RemoteAddress(patch.site()), patch.code().size()};
  if (site.size == 0 || site.size > kMaxCodeBytes) return fail("a patch of {} bytes", site.size);
  if (!site.is_valid() || !is_private(site))
    return fail("a patch of {}, which is no private memory of the program", site);
  return site;
}

Result<void> AddressSpace::restore(StoppedTask& task, RemoteRange site, ByteView code) {
  const Patches::Window* window = patches_.at(site.start);
  if (window == nullptr || !equal(window->original, code))
    return fail("{} is to be as it was, but was not so", site);
  TRY(task.write(site.start, code));
  patches_.erase(site.start);
  return {};
}

/// Sees to it that `stub` is memory for stubs.
Result<void> AddressSpace::make_room(StoppedTask& task, RemoteRange stub) {
  if (kLowStubs.contains(stub)) return {};
  const RemoteRange block = block_of(stub.start);
  if (stub.start < kRegion.end() || !block.contains(stub) ||
      block.start.value() >= kEndOfAddresses - kStubBlockBytes)
    return fail("a stub at {}", stub);
  if (stub_blocks_.contains(block.start.value())) return {};
  if (is_mapped(block)) return fail("a stub at {}, where the program's own memory is", stub);
  if (stub_blocks_.size() >= kMaxStubBlocks)
    return fail("stubs are in more than {} places", kMaxStubBlocks);
  const std::int64_t result = TRY(task.perform(
      {SYS_mmap,
       {block.start.value(), block.size, PROT_READ | PROT_EXEC,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, kNoDescriptor, 0}}));
  if (result < 0)
    return fail_with_code(static_cast<int>(-result), "making room for stubs {}", block);
  stub_blocks_.insert(block.start.value());
  return {};
}

Result<void> AddressSpace::answer_cpuid(
    StoppedTask& task, const google::protobuf::RepeatedPtrField<pb::CpuidRow>& rows) {
  if (rows.empty()) return {};
  agent::CpuidTable table{};
  if (static_cast<std::size_t>(rows.size()) > std::size(table.rows))
    return fail("{} rows of cpuid", rows.size());
  for (const pb::CpuidRow& row : rows) {
    table.rows[table.count++] = {
        .question = agent::cpuid_question(row.leaf(), row.subleaf()),
        .asked = row.any_subleaf() ? agent::kAnySubleaf : agent::kThisSubleaf,
        .eax = row.eax(),
        .ebx = row.ebx(),
        .ecx = row.ecx(),
        .edx = row.edx()};
  }
  cpuid_ = std::make_shared<const agent::CpuidTable>(table);
  return task.write(RemoteAddress(agent::kCpuidTable), object_bytes(table));
}

const agent::CpuidRow* AddressSpace::cpuid_answer(const StoppedTask& task,
                                                  const Registers& registers) const {
  constexpr std::array kPlainCpuid = {kTrap, std::byte{0xa2}};
  const RemoteAddress at(registers.rip - 1);
  if (!cpuid_ || !traps_.contains(at.value())) return nullptr;
  const auto code = read_bytes(task, at, kPlainCpuid.size());
  if (!code || !equal(*code, kPlainCpuid)) return nullptr;
  return agent::find_row(*cpuid_, agent::cpuid_question(registers.rax, registers.rcx));
}

bool AddressSpace::is_inside_patch(RemoteAddress address) const {
  const auto window = patches_.around(address);
  if (window == patches_.end()) return false;
  const std::uint64_t inside = address - RemoteAddress(window->first);
  return inside != 0 && inside < window->second.code.size();
}

Result<void> AddressSpace::uncover(StoppedTask& task, RemoteAddress address) {
  const auto window = patches_.around(address);
  if (window == patches_.end() || uncovered_.contains(window->first)) return {};
  const auto& [code, original] = std::tie(window->second.code, window->second.original);
  const RemoteAddress site(window->first);
  if (!equal(TRY(read_bytes(task, site, code.size())), code)) return {};  // it is the program's now
  TRY(task.write(site, original));
  uncovered_.insert(site.value());
  return {};
}

Result<void> AddressSpace::cover(StoppedTask& task) {
  for (const std::uint64_t site : std::exchange(uncovered_, {}))
    TRY(task.write(RemoteAddress(site), patches_.at(RemoteAddress(site))->code));
  return {};
}

std::optional<RemoteAddress> AddressSpace::program_address(RemoteAddress rip) const {
  return patches_.program_address(rip);
}

bool AddressSpace::is_mecrrs(RemoteAddress address) const {
  return kRegion.contains(address) || stub_blocks_.contains(block_of(address).start.value());
}

}  // namespace mecrr
