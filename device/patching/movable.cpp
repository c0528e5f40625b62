#include "device/patching/movable.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/check.h"
#include "device/code/capstone.h"

namespace mecrr {
namespace {

/// Instructions that fault by themselves, whose outcome depends on where they stand or on the
/// processor, or that change how the next ones are executed. (Groups tell of the others.)
constexpr x86_insn kNeverMoved[] = {
    X86_INS_CPUID, X86_INS_RDTSC,   X86_INS_RDTSCP,  X86_INS_RDRAND,   X86_INS_RDSEED,
    X86_INS_RDPMC, X86_INS_XGETBV,  X86_INS_SYSCALL, X86_INS_SYSENTER, X86_INS_INT,
    X86_INS_INT1,  X86_INS_INT3,    X86_INS_INTO,    X86_INS_UD2,      X86_INS_UD2B,
    X86_INS_HLT,   X86_INS_BOUND,   X86_INS_POPF,    X86_INS_POPFQ,    X86_INS_IRET,
    X86_INS_IRETD, X86_INS_IRETQ,   X86_INS_XBEGIN,  X86_INS_XEND,     X86_INS_XABORT,
    X86_INS_XTEST, X86_INS_MONITOR, X86_INS_MWAIT,   X86_INS_IN,       X86_INS_OUT,
    X86_INS_INSB,  X86_INS_INSD,    X86_INS_INSW,    X86_INS_OUTSB,    X86_INS_OUTSD,
    X86_INS_OUTSW, X86_INS_ENTER,   X86_INS_LEAVE,   X86_INS_LGDT,     X86_INS_LIDT,
    X86_INS_LLDT,  X86_INS_LTR,     X86_INS_VMCALL,  X86_INS_VMMCALL,  X86_INS_CLI,
    X86_INS_STI,   X86_INS_RSM,
};

constexpr x86_insn_group kGroupsNeverMoved[] = {
    X86_GRP_JUMP, X86_GRP_CALL,      X86_GRP_RET, X86_GRP_INT,
    X86_GRP_IRET, X86_GRP_PRIVILEGE, X86_GRP_VM,  X86_GRP_BRANCH_RELATIVE,
};

/// Divisions fault without touching memory; x87 reports what an earlier one did.
constexpr x86_insn kFaultWithoutMemory[] = {X86_INS_DIV, X86_INS_IDIV, X86_INS_WAIT};

template <class Range, class Value>
bool contains(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

std::span<const std::uint8_t> groups_of(const cs_insn& instruction) {
  return std::span(instruction.detail->groups).first(instruction.detail->groups_count);
}

std::span<const cs_x86_op> operands_of(const cs_insn& instruction) {
  const cs_x86& x86 = instruction.detail->x86;
  return std::span(x86.operands).first(x86.op_count);
}

bool is_segment(x86_reg reg) {
  constexpr x86_reg kSegments[] = {X86_REG_CS, X86_REG_DS, X86_REG_ES,
                                   X86_REG_FS, X86_REG_GS, X86_REG_SS};
  return contains(kSegments, reg);
}

bool is_plain_conditional_jump(const cs_insn& instruction) {
  const auto* bytes = instruction.bytes;
  return (instruction.size == 2 && bytes[0] >> 4 == 7) ||
         (instruction.size == 6 && bytes[0] == 0x0f && bytes[1] >> 4 == 8);
}

/// endbr64 marks what indirect jumps lead to: nothing in the middle of a window. (Capstone 4 does
/// not know it.)
bool is_landing_pad(ByteView code) {
  constexpr std::byte kEndbr64[] = {std::byte{0xf3}, std::byte{0x0f}, std::byte{0x1e},
                                    std::byte{0xfa}};
  return equal(code, kEndbr64);
}

/// Memory that is there: beside the code, on the stack, the thread's own.
bool never_faults(const x86_op_mem& memory) {
  if (memory.index != X86_REG_INVALID) return false;
  if (memory.segment == X86_REG_FS) return memory.base == X86_REG_INVALID;
  return memory.segment == X86_REG_INVALID &&
         (memory.base == X86_REG_RIP || memory.base == X86_REG_RSP);
}

bool may_fault(const cs_insn& instruction) {
  if (contains(kFaultWithoutMemory, instruction.id)) return true;
  if (contains(groups_of(instruction), std::uint8_t{X86_GRP_FPU})) return true;
  if (instruction.id == X86_INS_LEA || instruction.id == X86_INS_NOP) return false;
  return std::ranges::any_of(operands_of(instruction), [](const cs_x86_op& operand) {
    return operand.type == X86_OP_MEM && !never_faults(operand.mem);
  });
}

bool is_tied_to_its_place(const cs_insn& instruction) {
  if (is_plain_conditional_jump(instruction)) return false;
  const auto is_listed = [](std::uint8_t group) { return contains(kGroupsNeverMoved, group); };
  return contains(kNeverMoved, instruction.id) ||
         std::ranges::any_of(groups_of(instruction), is_listed) ||
         std::ranges::any_of(operands_of(instruction), [](const cs_x86_op& operand) {
           return operand.type == X86_OP_REG && is_segment(operand.reg);
         });
}

}  // namespace

MovableInstructions::MovableInstructions() {
  capstone_ = open_capstone();
  MECRR_CHECK(cs_option(capstone_, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK);
  decoded_ = cs_malloc(capstone_);
  MECRR_CHECK(decoded_ != nullptr);
}

MovableInstructions::~MovableInstructions() {
  cs_free(decoded_, 1);
  cs_close(&capstone_);
}

std::optional<PatchRefusal> MovableInstructions::refusal(ByteView instruction, Position position) {
  if (is_landing_pad(instruction))
    return position == Position::kFirst ? std::nullopt
                                        : std::optional(PatchRefusal::kIndirectJumps);
  const std::uint8_t* from = as_octets(instruction);
  std::size_t left = instruction.size();
  std::uint64_t address = 0;
  if (!cs_disasm_iter(capstone_, &from, &left, &address, decoded_) || left != 0)
    return PatchRefusal::kUnknownInstruction;
  if (is_tied_to_its_place(*decoded_)) return PatchRefusal::kCannotMove;
  // With an address size prefix, what counts from rip is cut to 32 bits.
  if (decoded_->detail->x86.prefix[3] == X86_PREFIX_ADDRSIZE) return PatchRefusal::kCannotMove;
  if (position == Position::kLater && may_fault(*decoded_)) return PatchRefusal::kMayFault;
  return std::nullopt;
}

}  // namespace mecrr
