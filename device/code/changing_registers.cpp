#include "device/code/changing_registers.h"

#include <capstone/capstone.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "base/check.h"
#include "device/code/capstone.h"

namespace mecrr {
namespace {

constexpr int kMost = 32;  // instructions

/// Rows by number; widths of 8, 4, 2 and 1 bytes, and the second lowest byte.
constexpr x86_reg kNames[][5] = {
    {X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH},
    {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH},
    {X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH},
    {X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH},
    {X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL},
    {X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL},
    {X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL},
    {X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL},
    {X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B},
    {X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B},
    {X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B},
    {X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B},
    {X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B},
    {X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B},
    {X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B},
    {X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B},
};

/// Empty of flags, vector registers and the like.
std::optional<std::uint8_t> number_of(std::uint16_t name) {
  if (name == X86_REG_INVALID) return std::nullopt;
  const auto* const row = std::ranges::find_if(kNames, [name](const auto& names) {
    return std::ranges::find(names, static_cast<x86_reg>(name)) != std::end(names);
  });
  if (row == std::end(kNames)) return std::nullopt;
  return static_cast<std::uint8_t>(row - std::begin(kNames));
}

using Numbers = std::array<bool, std::size(kNames)>;

Numbers numbers_of(std::span<const std::uint16_t> names) {
  Numbers all{};
  for (const std::uint16_t name : names) {
    if (const auto number = number_of(name)) all.at(*number) = true;
  }
  return all;
}

class Decoder {
 public:
  Decoder() : handle_(open_capstone()) {
    MECRR_CHECK(cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK);
    decoded_ = cs_malloc(handle_);
  }
  ~Decoder() {
    cs_free(decoded_, 1);
    cs_close(&handle_);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Takes an instruction off the front of `code`, and moves `at` behind it.
  bool take(ByteView& code, std::uint64_t& at) {
    const std::uint8_t* bytes = as_octets(code);
    std::size_t left = code.size();
    if (!cs_disasm_iter(handle_, &bytes, &left, &at, decoded_)) return false;
    code = code.last(left);
    return true;
  }

  Numbers written() { return accessed().second; }
  /// Those of written() that are read before. (xor %eax, %eax reads nothing that matters.)
  Numbers counting() {
    const cs_x86& x86 = decoded_->detail->x86;
    const bool is_of_itself = x86.op_count == 2 && x86.operands[0].type == X86_OP_REG &&
                              x86.operands[1].type == X86_OP_REG &&
                              x86.operands[0].reg == x86.operands[1].reg;
    if (is_of_itself) return {};
    auto [read, written] = accessed();
    for (std::size_t i = 0; i < written.size(); ++i) written.at(i) &= read.at(i);
    return written;
  }

  /// Whether what follows in memory is not what is executed next, but for a jump forwards that is
  /// not taken.
  bool leaves() const {
    if (cs_insn_group(handle_, decoded_, X86_GRP_RET)) return true;
    if (!cs_insn_group(handle_, decoded_, X86_GRP_JUMP)) return false;
    const cs_x86_op& target = decoded_->detail->x86.operands[0];
    const bool is_forwards =
        target.type == X86_OP_IMM && static_cast<std::uint64_t>(target.imm) > decoded_->address;
    return decoded_->id == X86_INS_JMP || !is_forwards;
  }

 private:
  std::pair<Numbers, Numbers> accessed() {
    cs_regs read{};
    cs_regs written{};
    std::uint8_t reads = 0;
    std::uint8_t writes = 0;
    if (cs_regs_access(handle_, decoded_, read, &reads, written, &writes) != CS_ERR_OK) return {};
    return {numbers_of(std::span(read).first(reads)), numbers_of(std::span(written).first(writes))};
  }

  csh handle_;
  cs_insn* decoded_ = nullptr;
};

void add(std::vector<std::uint8_t>& to, const Numbers& numbers) {
  constexpr std::uint8_t kRsp = 4;  // a loop leaves it as it was
  for (std::uint8_t number = 0; number < numbers.size(); ++number) {
    const bool is_there = std::ranges::find(to, number) != to.end();
    if (numbers.at(number) && number != kRsp && !is_there) to.push_back(number);
  }
}

}  // namespace

std::vector<std::uint8_t> changing_registers(RemoteAddress at, ByteView code) {
  Decoder decoder;
  std::vector<std::uint8_t> all;  // those that count, as long as the loop runs
  Numbers others{};
  std::uint64_t next = at.value();
  for (int i = 0; i < kMost && decoder.take(code, next); ++i) {
    if (decoder.leaves()) break;
    add(all, decoder.counting());
    const Numbers written = decoder.written();
    for (std::size_t n = 0; n < others.size(); ++n) others.at(n) |= written.at(n);
  }
  add(all, others);
  return all;
}

}  // namespace mecrr
