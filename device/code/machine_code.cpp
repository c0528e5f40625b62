#include "device/code/machine_code.h"

#include <algorithm>
#include <string_view>

namespace mecrr {
namespace {

constexpr std::size_t kMaxBytes = 15;

/// What follows an opcode.
///   .  nothing            m  ModRM             b  ModRM, 1 byte     z  ModRM, 2 or 4 bytes
///   1  1 byte             2  2 bytes           3  3 bytes           4  2 or 4 bytes
///   8  2, 4 or 8 bytes    a  4 or 8 bytes, an address                x  no instruction
///   f  ModRM, and 1 byte if its reg field is 0 or 1                 F  the same, 2 or 4 bytes
///   j  1 byte, jump       J  4 bytes, jump     c  1 byte, conditional      C  4 bytes, conditional
///   k  4 bytes, call      r  nothing, return   R  2 bytes, return   g  ModRM; FF's jumps and calls
///   p  prefix or escape, handled before the table is asked
constexpr std::string_view kOneByte =
    "mmmm14xxmmmm14xpmmmm14xxmmmm14xx"   // 00: add, or, adc, sbb
    "mmmm14pxmmmm14pxmmmm14pxmmmm14px"   // 20: and, sub, xor, cmp
    "pppppppppppppppp................"   // 40: REX, push, pop
    "xxpmpppp4z1b....cccccccccccccccc"   // 60: …, jcc
    "bzxbmmmmmmmmmmmm..........x....."   // 80: …, 8F is pop or XOP, nop, …
    "aaaa....14......1111111188888888"   // a0: …, mov
    "bbRrppbz3.Rr.1xrmmmmxxx.mmmmmmmm"   // c0: shifts, ret, VEX, …, x87
    "cccc1111kJxj....p.ppr.fF......mg";  // e0: loop, in, call, jmp, …

/// After 0F.
constexpr std::string_view kTwoByte =
    "mmmmx.....xrxm.bmmmmmmmmmmmmmmmm"   // 00
    "mmmmxxxxmmmmmmmm......x.pxpxxxxx"   // 20: 20..23 are moves of control registers
    "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm"   // 40: cmov, SSE
    "mmmmmmmmmmmmmmmmbbbbmmm.mmxxmmmm"   // 60
    "CCCCCCCCCCCCCCCCmmmmmmmmmmmmmmmm"   // 80: jcc, setcc
    "...mbmmm...mbmmmmmmmmmmmmmbmmmmm"   // a0: a2 is cpuid
    "mmbmbbbm........mmmmmmmmmmmmmmmm"   // c0
    "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmr";  // e0: FF is ud0

static_assert(kOneByte.size() == 256 && kTwoByte.size() == 256);

/// Reads one instruction from its first byte on. Each step returns false if the bytes are no
/// instruction.
class ShapeReader {
 public:
  explicit ShapeReader(ByteView code)
      : code_(code.first(code.size() < kMaxBytes ? code.size() : kMaxBytes)) {}

  std::optional<InstructionShape> read() {
    if (!read_prefixes() || !read_opcode()) return std::nullopt;
    shape_.length = static_cast<std::uint8_t>(at_);
    return shape_;
  }

 private:
  std::optional<std::uint8_t> peek() const { return load<std::uint8_t>(code_, at_); }

  bool skip(std::size_t bytes) {
    if (bytes > code_.size() - at_) return false;
    at_ += bytes;
    return true;
  }

  template <class T>
  bool read_displacement(Flow flow) {
    const auto value = load<T>(code_, at_);
    if (!value) return false;
    shape_.displacement = *value;
    shape_.flow = flow;
    return skip(sizeof(T));
  }

  bool leave(Flow flow) {
    shape_.flow = flow;
    return true;
  }

  /// "2 or 4 bytes", by the operand size.
  std::size_t immediate_bytes() const { return operand_size_ && !wide() ? 2 : 4; }
  bool wide() const { return rex_ & 8; }
  bool has_selecting_prefix() const { return operand_size_ || repeat_ != 0 || lock_; }

  bool read_prefixes() {
    for (; auto byte = peek(); ++at_) {
      if ((*byte & 0xf0) == 0x40) {
        rex_ = *byte;
        continue;
      }
      switch (*byte) {
        case 0x66:
          operand_size_ = true;
          break;
        case 0x67:
          address_size_ = true;
          break;
        case 0xf2:
        case 0xf3:
          repeat_ = *byte;
          break;
        case 0xf0:
          lock_ = true;
          break;
        case 0x26:
        case 0x2e:
        case 0x36:
        case 0x3e:
        case 0x64:
        case 0x65:
          break;
        default:
          return true;
      }
      rex_ = 0;  // one that is not last does not count
    }
    return false;
  }

  bool read_opcode() {
    const std::uint8_t opcode = *peek();
    ++at_;
    switch (opcode) {
      case 0x0f:
        return read_two_byte();
      case 0xc5:
        return read_vex(2);
      case 0xc4:
        return read_vex(3);
      case 0x62:
        return read_evex();
      case 0x8f:
        return read_pop_or_xop();
      case 0xc7:
        return read_c7();
      default:
        return read_operands(kOneByte[opcode]);
    }
  }

  bool read_two_byte() {
    const auto opcode = peek();
    if (!opcode) return false;
    ++at_;
    switch (*opcode) {
      case 0x38:
        return skip(1) && read_operands('m');
      case 0x3a:
        return skip(1) && read_operands('b');
      case 0x20:
      case 0x21:
      case 0x22:
      case 0x23:
        return skip(1);  // ModRM that always means registers
      case 0x78:         // SSE4a extrq and insertq have two immediate bytes; vmread has none
        return read_operands('m') && skip(operand_size_ || repeat_ == 0xf2 ? 2 : 0);
      case 0xb8:
        return repeat_ == 0xf3 && read_operands('m');  // popcnt; else it is Itanium's jmpe
      default:
        return read_operands(kTwoByte[*opcode]);
    }
  }

  /// Opcodes behind VEX, EVEX and XOP: always a ModRM, but for vzeroupper; bytes by map.
  bool read_vector_opcode(int map) {
    const auto opcode = peek();
    if (!opcode) return false;
    ++at_;
    switch (map) {
      case 1:
        if (*opcode == 0x77) return true;
        return (kTwoByte[*opcode] == 'm' || kTwoByte[*opcode] == 'b') &&
               read_operands(kTwoByte[*opcode]);
      case 2:
      case 5:
      case 6:
      case 9:
        return read_operands('m');
      case 3:
      case 8:
        return read_operands('b');
      case 10:
        return read_operands('m') && skip(4);
      default:
        return false;
    }
  }

  bool read_vex(int bytes) {
    if (has_selecting_prefix() || rex_ != 0) return false;
    const auto first = peek();
    if (!first || !skip(static_cast<std::size_t>(bytes) - 1)) return false;
    const int map = bytes == 2 ? 1 : *first & 0x1f;
    if (map < 1 || map > 3) return false;
    // kortest &c.: 0F 90..93, 98, 99 and 41..4B of map 1 are 'm' in the table, as they are here.
    return read_vector_opcode(map);
  }

  bool read_evex() {
    if (has_selecting_prefix() || rex_ != 0) return false;
    const auto first = peek();
    const auto second = load<std::uint8_t>(code_, at_ + 1);
    if (!second || !(*second & 4) || (*first & 8)) return false;  // fixed bits
    const int map = *first & 7;
    if (map == 0 || map == 4 || map == 7) return false;
    return skip(3) && read_vector_opcode(map);
  }

  /// 8F is pop if the reg field of its ModRM is 0, which is where XOP has its map (8, 9, 10).
  bool read_pop_or_xop() {
    const auto next = peek();
    if (!next) return false;
    if ((*next >> 3 & 7) == 0 && (*next & 0x1f) < 8) return read_operands('m');
    const int map = *next & 0x1f;
    if (map < 8 || map > 10 || has_selecting_prefix() || rex_ != 0) return false;
    return skip(2) && read_vector_opcode(map);
  }

  /// mov; also xbegin (C7 F8), which goes on or to its target.
  bool read_c7() {
    const auto modrm = peek();
    if (modrm == 0xf8) return skip(1) && read_displacement<std::int32_t>(Flow::kNextOrTarget);
    return modrm && (*modrm >> 3 & 7) == 0 && read_operands('z');
  }

  /// ModRM with SIB and displacement; gives its reg field.
  std::optional<int> read_modrm() {
    const auto modrm = peek();
    if (!modrm) return std::nullopt;
    ++at_;
    const int mode = *modrm >> 6;
    int base = *modrm & 7;
    if (mode == 0 && base == 5) shape_.rip_relative = static_cast<std::uint8_t>(at_);
    if (mode != 3 && base == 4) {
      const auto sib = peek();
      if (!sib) return std::nullopt;
      ++at_;
      base = *sib & 7;
    }
    std::size_t displacement = 0;
    if (mode == 1) displacement = 1;
    if (mode == 2 || (mode == 0 && base == 5)) displacement = 4;
    if (!skip(displacement)) return std::nullopt;
    return *modrm >> 3 & 7;
  }

  bool read_operands(char what) {
    switch (what) {
      case '.':
        return true;
      case '1':
        return skip(1);
      case '2':
        return skip(2);
      case '3':
        return skip(3);
      case '4':
        return skip(immediate_bytes());
      case '8':
        return skip(wide() ? 8 : immediate_bytes());
      case 'a':
        return skip(address_size_ ? 4 : 8);
      case 'r':
        return leave(Flow::kElsewhere);
      case 'R':
        return leave(Flow::kElsewhere) && skip(2);
      case 'j':
        return read_displacement<std::int8_t>(Flow::kTarget);
      case 'c':
        return read_displacement<std::int8_t>(Flow::kNextOrTarget);
      case 'J':
        return read_displacement<std::int32_t>(Flow::kTarget);
      case 'C':
        return read_displacement<std::int32_t>(Flow::kNextOrTarget);
      case 'k':
        shape_.is_call = true;
        return read_displacement<std::int32_t>(Flow::kNext);
      default:
        return read_modrm_operands(what);
    }
  }

  bool read_modrm_operands(char what) {
    const bool has_modrm =
        what == 'm' || what == 'b' || what == 'z' || what == 'f' || what == 'F' || what == 'g';
    const auto reg = has_modrm ? read_modrm() : std::nullopt;
    if (!reg) return false;
    switch (what) {
      case 'b':
        return skip(1);
      case 'z':
        return skip(immediate_bytes());
      case 'f':
        return *reg > 1 || skip(1);
      case 'F':
        return *reg > 1 || skip(immediate_bytes());
      case 'g':
        shape_.is_indirect_jump = *reg == 4 || *reg == 5;
        return *reg != 7 && leave(shape_.is_indirect_jump ? Flow::kElsewhere : Flow::kNext);
      default:
        return true;
    }
  }

  ByteView code_;
  std::size_t at_ = 0;
  bool operand_size_ = false;
  bool address_size_ = false;
  bool lock_ = false;
  std::uint8_t repeat_ = 0;
  std::uint8_t rex_ = 0;
  InstructionShape shape_{.length = 0, .flow = Flow::kNext};
};

}  // namespace

std::optional<InstructionShape> shape_of(ByteView code) { return ShapeReader(code).read(); }

CodeMap map_code(ByteView function) {
  using enum CodeMap::Byte;
  CodeMap map;
  map.bytes.resize(function.size());
  std::vector<std::size_t> to_do = {0};
  while (!to_do.empty()) {
    std::size_t at = to_do.back();
    to_do.pop_back();
    while (at < function.size() && map.bytes[at] != kStart) {
      const auto shape = shape_of(function.subspan(at));
      if (!shape) break;
      map.bytes[at] = kStart;
      const std::size_t next = at + shape->length;
      for (std::size_t inside = at + 1; inside < next; ++inside)
        if (map.bytes[inside] == kUnknown) map.bytes[inside] = kInside;
      const bool jumps = shape->flow == Flow::kNextOrTarget || shape->flow == Flow::kTarget;
      // A target outside of the function, before or behind, is large as a size_t.
      const std::size_t target = next + static_cast<std::size_t>(shape->displacement);
      if (jumps && target < function.size()) to_do.push_back(target);
      if (jumps || shape->is_call) map.targets.push_back(static_cast<std::int64_t>(target));
      if (shape->is_indirect_jump && shape->rip_relative == 0) map.jumps_indirectly = true;
      if (shape->flow == Flow::kTarget || shape->flow == Flow::kElsewhere) break;
      at = next;
    }
  }
  std::ranges::sort(map.targets);
  return map;
}

std::vector<bool> follow_jumps(ByteView function) {
  const CodeMap map = map_code(function);
  std::vector<bool> reached(function.size());
  for (std::size_t at = 0; at < function.size(); ++at) reached[at] = map.starts(at);
  return reached;
}

}  // namespace mecrr
