#include "device/patching/probe_stub.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

#include "base/check.h"
#include "device/agent/state.h"
#include "device/registers.h"

namespace mecrr {
namespace {

using Kind = ProbeWindow::Kind;

constexpr std::uint8_t kRax = 0, kRcx = 1, kRsp = 4;
constexpr std::size_t kDisplacementBytes = 4;

constexpr std::uint32_t kept(std::size_t member) {
  return static_cast<std::uint32_t>(agent::kState + offsetof(agent::AgentState, probe) + member);
}
constexpr std::uint32_t kHits = kept(offsetof(agent::ProbeState, hits));
constexpr std::uint32_t kMatches = kept(offsetof(agent::ProbeState, matches));
constexpr std::uint32_t kSkip = kept(offsetof(agent::ProbeState, skip));
constexpr std::uint32_t kKeptRax = kept(offsetof(agent::ProbeState, rax));
constexpr std::uint32_t kKeptRcx = kept(offsetof(agent::ProbeState, rcx));
constexpr std::uint32_t kKeptRsp = kept(offsetof(agent::ProbeState, rsp));
constexpr std::uint32_t kStackTop =
    kept(offsetof(agent::ProbeState, stack) + sizeof(agent::ProbeState::stack));

bool fits_32(std::uint64_t value) {
  const auto number = static_cast<std::int64_t>(value);
  using Limits = std::numeric_limits<std::int32_t>;
  return number >= Limits::min() && number <= Limits::max();
}

/// A place in the code that is jumped to before it is there.
struct Label {
  std::vector<std::size_t> uses{};  ///< displacements to be filled in
};

class Code {
 public:
  explicit Code(RemoteAddress start) : start_(start) {}

  void octets(std::initializer_list<std::uint8_t> octets) {
    for (const std::uint8_t one : octets) bytes_.push_back(static_cast<std::byte>(one));
  }
  template <class T>
  void number(T value) {
    append_object(bytes_, value);
  }
  void copy(ByteView code) { append(bytes_, code); }

  std::uint32_t here() const { return static_cast<std::uint32_t>(bytes_.size()); }

  // mov between a register (of the first eight) and memory of ProbeState.
  void store(std::uint8_t reg, std::uint32_t to) { move(0x89, reg, to); }
  void load(std::uint8_t reg, std::uint32_t from) { move(0x8b, reg, from); }
  /// movabs
  void set(std::uint8_t reg, std::uint64_t value) {
    octets({0x48, static_cast<std::uint8_t>(0xb8 | reg)});
    number(value);
  }
  /// rcx, which is used up.
  void increment(std::uint32_t counter) {
    load(kRcx, counter);
    octets({0x48, 0x8d, 0x49, 0x01});  // lea 1(%rcx), %rcx
    store(kRcx, counter);
  }
  /// lea value(%reg), %rcx
  void add_to(std::uint8_t reg, std::int32_t value) {
    octets({static_cast<std::uint8_t>(0x48 | reg >> 3), 0x8d,
            static_cast<std::uint8_t>(0x88 | (reg & 7))});
    if ((reg & 7) == kRsp) octets({0x24});
    number(value);
  }
  /// lea (%reg, %rcx), %rcx
  void add_rcx(std::uint8_t reg) {
    const auto low = static_cast<std::uint8_t>(reg & 7);
    const auto high = static_cast<std::uint8_t>(reg >> 3);
    if (low == 5) {  // rbp and r13 are no base without a displacement
      octets({static_cast<std::uint8_t>(0x48 | high << 1), 0x8d, 0x0c,
              static_cast<std::uint8_t>(low << 3 | kRcx)});
    } else {
      octets({static_cast<std::uint8_t>(0x48 | high), 0x8d, 0x0c,
              static_cast<std::uint8_t>(kRcx << 3 | low)});
    }
  }
  /// Goes on if rcx is 0, and to the label if not.
  void unless_zero(Label& other) {
    octets({0xe3, 0x05});  // jrcxz over the jump
    jump(other);
  }
  void jump(Label& to) {
    octets({0xe9});
    to.uses.push_back(bytes_.size());
    number(std::uint32_t{0});
  }
  void jump_if_differs(Label& to) {
    octets({0x0f, 0x85});
    to.uses.push_back(bytes_.size());
    number(std::uint32_t{0});
  }
  void place(const Label& label) {
    for (const std::size_t use : label.uses) {
      const auto distance = static_cast<std::uint32_t>(bytes_.size() - use - kDisplacementBytes);
      std::ranges::copy(object_bytes(distance), bytes_.begin() + static_cast<std::ptrdiff_t>(use));
    }
  }

  /// A displacement to an address of the program, from the end of an instruction that has so many
  /// more bytes.
  void displacement(RemoteAddress to, std::size_t more = 0) {
    const std::uint64_t distance = to - (start_ + bytes_.size() + kDisplacementBytes + more);
    reaches_all_ &= fits_32(distance);
    number(static_cast<std::uint32_t>(distance));
  }
  void jump(RemoteAddress to) {
    octets({0xe9});
    displacement(to);
  }

  std::optional<Bytes> finish() && {
    return reaches_all_ ? std::optional(std::move(bytes_)) : std::nullopt;
  }

 private:
  void move(std::uint8_t opcode, std::uint8_t reg, std::uint32_t address) {
    octets({0x48, opcode, static_cast<std::uint8_t>(reg << 3 | 4), 0x25});
    number(address);
  }

  RemoteAddress start_;
  Bytes bytes_;
  bool reaches_all_ = true;
};

/// rcx becomes 0 if the register has the value; it is free before and after.
void compare(Code& code, const Probe::RegisterIs& wanted) {
  const std::uint64_t negated = 0 - wanted.value;
  if (wanted.number == kRcx) code.load(kRcx, kKeptRcx);
  if (fits_32(negated)) {
    code.add_to(wanted.number, static_cast<std::int32_t>(negated));
  } else if (wanted.number != kRcx) {
    code.set(kRcx, negated);
    code.add_rcx(wanted.number);
  } else {
    code.store(kRax, kKeptRax);
    code.set(kRax, negated);
    code.add_rcx(kRax);
    code.load(kRax, kKeptRax);
  }
}

/// Likewise; rax is free, too.
void compare(Code& code, const Probe::WordIs& wanted) {
  code.set(kRcx, wanted.address.value());
  std::uint64_t value = wanted.value;
  switch (wanted.bytes) {
    case 1:
      code.octets({0x0f, 0xb6, 0x01});  // movzbl (%rcx), %eax
      break;
    case 2:
      code.octets({0x0f, 0xb7, 0x01});
      break;
    case 4:
      code.octets({0x8b, 0x01});
      break;
    default:
      code.octets({0x48, 0x8b, 0x01});
      break;
  }
  const std::uint64_t negated = 0 - value;
  if (fits_32(negated)) {
    code.add_to(kRax, static_cast<std::int32_t>(negated));
  } else {
    code.set(kRcx, negated);
    code.add_rcx(kRax);
  }
}

/// The flags, on a stack of our own. This alone changes any, so they are put back.
void compare_flags(Code& code, std::uint64_t wanted, Label& differs) {
  Label flags_differ;
  Label same;
  code.store(kRsp, kKeptRsp);
  code.octets({0xbc});  // mov $kStackTop, %esp
  code.number(kStackTop);
  code.octets({0x9c, 0x9c, 0x81, 0x24, 0x24});  // pushf; pushf; andl …, (%rsp)
  code.number(static_cast<std::uint32_t>(kProgramFlags));
  code.octets({0x81, 0x3c, 0x24});  // cmpl …, (%rsp)
  code.number(static_cast<std::uint32_t>(wanted & kProgramFlags));
  code.octets({0x48, 0x8d, 0x64, 0x24, 0x08});  // lea 8(%rsp), %rsp
  code.jump_if_differs(flags_differ);
  code.octets({0x9d});
  code.load(kRsp, kKeptRsp);
  code.jump(same);
  code.place(flags_differ);
  code.octets({0x9d});
  code.load(kRsp, kKeptRsp);
  code.jump(differs);
  code.place(same);
}

/// Counts, compares, and stops if all is equal. Behind it all registers are the program's.
void emit_comparison(Code& code, const Probe& probe, ProbeStub& stub) {
  Label differs;
  Label word_differs;
  code.store(kRcx, kKeptRcx);
  if (probe.counts_hits) code.increment(kHits);
  for (const Probe::RegisterIs& wanted : probe.registers) {
    compare(code, wanted);
    code.unless_zero(differs);
  }
  stub.words = code.here();
  if (!probe.words.empty()) code.store(kRax, kKeptRax);
  for (const Probe::WordIs& wanted : probe.words) {
    compare(code, wanted);
    code.unless_zero(word_differs);
  }
  stub.behind_words = code.here();
  if (!probe.words.empty()) code.load(kRax, kKeptRax);
  if (probe.flags) compare_flags(code, *probe.flags, differs);
  code.increment(kMatches);
  code.load(kRcx, kSkip);
  Label skips;
  code.unless_zero(skips);
  code.load(kRcx, kKeptRcx);
  code.octets({0xcc});
  stub.behind_trap = code.here();
  code.place(skips);
  code.octets({0x48, 0x8d, 0x49, 0xff});  // lea -1(%rcx), %rcx
  code.store(kRcx, kSkip);
  code.jump(differs);
  stub.differs = code.here();
  code.place(word_differs);
  if (!probe.words.empty()) code.load(kRax, kKeptRax);
  code.place(differs);
  code.load(kRcx, kKeptRcx);
}

/// The instructions that have given way.
class MovedCode {
 public:
  MovedCode(Code& code, const ProbeWindow& window, RemoteAddress at, ProbeStub& stub)
      : code_(code), window_(window), at_(at), stub_(stub) {}

  void emit() {
    for (const ProbeWindow::Instruction& one : window_.instructions()) emit(one);
    add_part(at_ + window_.size());
    code_.jump(at_ + window_.size());
  }

 private:
  void add_place(ProbeStub::Place place) {
    place.offset = code_.here();
    stub_.places.push_back(place);
  }
  /// For what is behind the beginning of an instruction's code.
  void add_part(RemoteAddress in_program) {
    add_place({.offset = 0, .in_program = in_program, .is_whole = false});
  }

  void emit(const ProbeWindow::Instruction& one) {
    const ByteView bytes = window_.code().subspan(one.offset, one.length);
    const RemoteAddress here = at_ + one.offset;
    const RemoteAddress next = here + one.length;
    const RemoteAddress target = next + static_cast<std::uint64_t>(std::int64_t{one.displacement});
    add_place({.offset = 0, .in_program = here, .is_whole = true});
    switch (one.kind) {
      case Kind::kCopied:
        return copy(bytes, one);
      case Kind::kConditional: {
        const ByteView opcode = bytes.subspan(bytes.size() == 2 ? 0 : 1);
        const auto condition = std::to_integer<std::uint8_t>(opcode[0]) & 15U;
        code_.octets({0x0f, static_cast<std::uint8_t>(0x80U | condition)});
        return code_.displacement(target);
      }
      case Kind::kLoop:  // over a jump that goes on, to one that goes to its target
        code_.copy(bytes.first(1));
        code_.octets({0x02});
        add_part(next);
        code_.octets({0xeb, 0x05});
        add_part(target);
        return code_.jump(target);
      case Kind::kJump:
        return code_.jump(target);
      case Kind::kCall:
        push(next, here);
        return code_.jump(target);
      case Kind::kIndirectCall:
        push(next, here);
        return copy(bytes, one);
    }
  }

  /// An indirect call becomes a jump: the two differ in a bit of ModRM.
  void copy(ByteView bytes, const ProbeWindow::Instruction& one) {
    Bytes moved = to_bytes(bytes);
    if (one.kind == Kind::kIndirectCall) moved[one.opcode + 1U] ^= std::byte{0x30};
    const ByteView all = moved;
    if (one.rip_relative == 0) return code_.copy(all);
    const RemoteAddress next = at_ + one.offset + one.length;
    const auto counts = std::int64_t{*load<std::int32_t>(bytes, one.rip_relative)};
    const ByteView rest = all.subspan(one.rip_relative + kDisplacementBytes);
    code_.copy(all.first(one.rip_relative));
    code_.displacement(next + static_cast<std::uint64_t>(counts), rest.size());
    code_.copy(rest);
  }

  /// The return address of a call that is at `here`. Up to the last instruction it can begin anew.
  void push(RemoteAddress address, RemoteAddress here) {
    code_.octets({0xc7, 0x44, 0x24, 0xf8});  // movl …, -8(%rsp)
    code_.number(static_cast<std::uint32_t>(address.value()));
    add_part(here);
    code_.octets({0xc7, 0x44, 0x24, 0xfc});  // movl …, -4(%rsp)
    code_.number(static_cast<std::uint32_t>(address.value() >> 32));
    add_part(here);
    code_.octets({0x48, 0x8d, 0x64, 0x24, 0xf8});  // lea -8(%rsp), %rsp
    add_place({.offset = 0, .in_program = here, .is_whole = false, .is_pushed = true});
  }

  Code& code_;
  const ProbeWindow& window_;
  RemoteAddress at_;
  ProbeStub& stub_;
};

}  // namespace

std::optional<RemoteAddress> ProbeStub::in_stub(RemoteAddress in_program) const {
  const auto found = std::ranges::find_if(
      places, [&](const Place& p) { return p.is_whole && p.in_program == in_program; });
  if (found == places.end()) return std::nullopt;
  return start + found->offset;
}

const ProbeStub::Place* ProbeStub::place(RemoteAddress rip) const {
  const auto found =
      std::ranges::find_if(places, [&](const Place& p) { return start + p.offset == rip; });
  return found == places.end() ? nullptr : &*found;
}

std::optional<ProbeStub> emit(const Probe& probe, const ProbeWindow& window, RemoteAddress start) {
  ProbeStub stub{};
  stub.start = start;
  Code code(start);
  emit_comparison(code, probe, stub);
  stub.moved = code.here();
  MovedCode(code, window, probe.at, stub).emit();
  auto bytes = std::move(code).finish();
  if (!bytes) return std::nullopt;
  stub.code = std::move(*bytes);
  MECRR_CHECK(stub.code.size() <= kMostProbeStubBytes, "{}", stub.code.size());
  return stub;
}

Bytes jump_to_stub(RemoteAddress at, RemoteAddress stub) {
  Bytes jump = {std::byte{0xe9}};
  append_object(jump, static_cast<std::uint32_t>(stub - (at + ProbeWindow::kJumpBytes)));
  return jump;
}

}  // namespace mecrr
