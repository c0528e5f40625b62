#include "device/code/operands.h"

#include <capstone/capstone.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

#include "base/check.h"
#include "device/code/capstone.h"
#include "device/code/machine_code.h"

namespace mecrr {
namespace {

constexpr x86_insn kShowsSteps[] = {
    X86_INS_SYSCALL, X86_INS_SYSENTER, X86_INS_INT,    X86_INS_INT1,   X86_INS_INT3,
    X86_INS_PUSHF,   X86_INS_PUSHFQ,   X86_INS_POPF,   X86_INS_POPFQ,  X86_INS_IRET,
    X86_INS_IRETD,   X86_INS_IRETQ,    X86_INS_CPUID,  X86_INS_RDTSC,  X86_INS_RDTSCP,
    X86_INS_RDRAND,  X86_INS_RDSEED,   X86_INS_XBEGIN, X86_INS_XABORT, X86_INS_UD2,
};

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

/// Of a register that can be in an address; nothing of the vector registers of a gather.
std::optional<std::uint64_t> value_of(x86_reg reg, const Registers& r, std::uint64_t next) {
  struct Named {
    x86_reg wide, narrow;
    std::uint64_t value;
  };
  const Named all[] = {
      {X86_REG_RAX, X86_REG_EAX, r.rax},  {X86_REG_RBX, X86_REG_EBX, r.rbx},
      {X86_REG_RCX, X86_REG_ECX, r.rcx},  {X86_REG_RDX, X86_REG_EDX, r.rdx},
      {X86_REG_RSI, X86_REG_ESI, r.rsi},  {X86_REG_RDI, X86_REG_EDI, r.rdi},
      {X86_REG_RBP, X86_REG_EBP, r.rbp},  {X86_REG_RSP, X86_REG_ESP, r.rsp},
      {X86_REG_R8, X86_REG_R8D, r.r8},    {X86_REG_R9, X86_REG_R9D, r.r9},
      {X86_REG_R10, X86_REG_R10D, r.r10}, {X86_REG_R11, X86_REG_R11D, r.r11},
      {X86_REG_R12, X86_REG_R12D, r.r12}, {X86_REG_R13, X86_REG_R13D, r.r13},
      {X86_REG_R14, X86_REG_R14D, r.r14}, {X86_REG_R15, X86_REG_R15D, r.r15},
      {X86_REG_RIP, X86_REG_EIP, next},   {X86_REG_RIZ, X86_REG_EIZ, 0},
  };
  if (reg == X86_REG_INVALID) return 0;
  for (const Named& named : all) {
    if (reg == named.wide) return named.value;
    if (reg == named.narrow) return static_cast<std::uint32_t>(named.value);
  }
  return std::nullopt;
}

std::uint64_t base_of(x86_reg segment, const Registers& r) {
  if (segment == X86_REG_FS) return r.fs_base;
  return segment == X86_REG_GS ? r.gs_base : 0;
}

std::optional<MemoryOperand> memory_operand(const cs_x86_op& op, const Registers& registers,
                                            std::uint64_t next) {
  if (op.type != X86_OP_MEM || op.size == 0) return std::nullopt;
  const auto base = value_of(op.mem.base, registers, next);
  const auto index = value_of(op.mem.index, registers, next);
  if (!base || !index) return std::nullopt;
  const std::uint64_t address = base_of(op.mem.segment, registers) + *base +
                                *index * static_cast<std::uint64_t>(op.mem.scale) +
                                static_cast<std::uint64_t>(op.mem.disp);
  return MemoryOperand{{RemoteAddress(address), op.size}, (op.access & CS_AC_WRITE) != 0};
}

bool moves_segment(const cs_x86& x86) {
  return x86.op_count > 0 && x86.operands[0].type == X86_OP_REG &&
         x86.operands[0].reg == X86_REG_SS;
}

}  // namespace

OperandReader::OperandReader() : capstone_(open_capstone()) {
  MECRR_CHECK(cs_option(capstone_, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK);
  decoded_ = cs_malloc(capstone_);
}

OperandReader::~OperandReader() {
  cs_free(decoded_, 1);
  cs_close(&capstone_);
}

Operands OperandReader::read(ByteView code, const Registers& registers) {
  Operands operands;
  if (const auto shape = shape_of(code)) operands.length = shape->length;
  const std::uint8_t* bytes = as_octets(code);
  std::size_t size = code.size();
  std::uint64_t address = registers.rip;
  if (!cs_disasm_iter(capstone_, &bytes, &size, &address, decoded_)) return operands;
  const cs_x86& x86 = decoded_->detail->x86;
  operands.length = decoded_->size;
  operands.repeats = x86.prefix[0] == X86_PREFIX_REP || x86.prefix[0] == X86_PREFIX_REPNE;
  const auto id = static_cast<x86_insn>(decoded_->id);
  operands.shows_steps = contains(kShowsSteps, id) || moves_segment(x86);
  for (const cs_x86_op& op : std::span(x86.operands).first(x86.op_count)) {
    if (id == X86_INS_LEA || id == X86_INS_NOP) break;
    if (const auto operand = memory_operand(op, registers, registers.rip + decoded_->size))
      operands.memory.push_back(*operand);
  }
  constexpr std::uint64_t kWord = sizeof(std::uint64_t);
  const bool pushes = id == X86_INS_CALL || id == X86_INS_PUSH;
  const bool pops = id == X86_INS_RET || id == X86_INS_POP;
  if (pushes) operands.memory.push_back({{RemoteAddress(registers.rsp - kWord), kWord}, true});
  if (pops) operands.memory.push_back({{RemoteAddress(registers.rsp), kWord}, false});
  if (id == X86_INS_LEAVE)
    operands.memory.push_back({{RemoteAddress(registers.rbp), kWord}, false});
  return operands;
}

}  // namespace mecrr
