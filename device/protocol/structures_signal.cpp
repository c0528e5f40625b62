// Structures of signals. A siginfo_t goes on by what sent the signal.
#include <signal.h>

#include <cstddef>

#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

using enum FieldKind;
using calls::Flag;
using calls::FlagSet;

constexpr Flag kActionBits[] = {
    {"SA_NOCLDSTOP", 1},          {"SA_NOCLDWAIT", 2},          {"SA_SIGINFO", 4},
    {"SA_UNSUPPORTED", 0x400},    {"SA_EXPOSE_TAGBITS", 0x800}, {"SA_RESTORER", 0x04000000},
    {"SA_ONSTACK", 0x08000000},   {"SA_RESTART", 0x10000000},   {"SA_NODEFER", 0x40000000},
    {"SA_RESETHAND", 0x80000000},
};
constexpr FlagSet kActionFlags{"signal action flags", kActionBits};
constexpr Field kActionFields[] = {
    {"handler", 0, 8, kAddress},
    {"flags", 8, 8, kFlags, &kActionFlags},
    {"restorer", 16, 8, kAddress},
    {"mask", 24, 8, kSignals},
};
constexpr Flag kStackBits[] = {{"SS_ONSTACK", 1}, {"SS_DISABLE", 2}, {"SS_AUTODISARM", 1u << 31}};
constexpr FlagSet kStackFlags{"signal stack flags", kStackBits};
constexpr Field kStackFields[] = {
    FIELD(stack_t, ss_sp, kAddress),
    FIELD(stack_t, ss_flags, kFlags, &kStackFlags),
    FIELD(stack_t, ss_size, kUnsigned),
};
constexpr Field kEventFields[] = {
    {"value", 0, 8, kHex},
    {"signo", 8, 4, kSignal},
    {"notify", 12, 4, kUnsigned},
    {"tid", 16, 4, kSigned},
};

// ---- siginfo_t: number, errno, code; and from byte 16 on what the code means

constexpr std::uint64_t code(int value) { return static_cast<std::uint32_t>(value); }
constexpr std::uint64_t kWholeCode = 0xffff'ffff;
#define CODE(name) {#name, code(name), kWholeCode}  // undefined below

#define SENT_CODES                                                                \
  CODE(SI_USER), CODE(SI_KERNEL), CODE(SI_QUEUE), CODE(SI_TIMER), CODE(SI_MESGQ), \
      CODE(SI_ASYNCIO), CODE(SI_SIGIO), CODE(SI_TKILL), CODE(SI_ASYNCNL), CODE(SI_DETHREAD)
constexpr int SI_DETHREAD = -7, SYS_SECCOMP = 1, SYS_USER_DISPATCH = 2;
#define CHILD_CODES                                                                           \
  CODE(CLD_EXITED), CODE(CLD_KILLED), CODE(CLD_DUMPED), CODE(CLD_TRAPPED), CODE(CLD_STOPPED), \
      CODE(CLD_CONTINUED)
#define SEGMENT_CODES CODE(SEGV_MAPERR), CODE(SEGV_ACCERR), CODE(SEGV_BNDERR), CODE(SEGV_PKUERR)
#define BUS_CODES \
  CODE(BUS_ADRALN), CODE(BUS_ADRERR), CODE(BUS_OBJERR), CODE(BUS_MCEERR_AR), CODE(BUS_MCEERR_AO)
#define ILLEGAL_CODES                                                                       \
  CODE(ILL_ILLOPC), CODE(ILL_ILLOPN), CODE(ILL_ILLADR), CODE(ILL_ILLTRP), CODE(ILL_PRVOPC), \
      CODE(ILL_PRVREG), CODE(ILL_COPROC), CODE(ILL_BADSTK)
#define ARITHMETIC_CODES                                                                    \
  CODE(FPE_INTDIV), CODE(FPE_INTOVF), CODE(FPE_FLTDIV), CODE(FPE_FLTOVF), CODE(FPE_FLTUND), \
      CODE(FPE_FLTRES), CODE(FPE_FLTINV), CODE(FPE_FLTSUB)
#define TRAP_CODES CODE(TRAP_BRKPT), CODE(TRAP_TRACE), CODE(TRAP_BRANCH), CODE(TRAP_HWBKPT)
#define POLL_CODES \
  CODE(POLL_IN), CODE(POLL_OUT), CODE(POLL_MSG), CODE(POLL_ERR), CODE(POLL_PRI), CODE(POLL_HUP)
#define CALL_CODES CODE(SYS_SECCOMP), CODE(SYS_USER_DISPATCH)

constexpr Flag kSentCodes[] = {SENT_CODES};
// Before a code is read back it is 0, which is SI_USER: there all names must be known.
constexpr Flag kAllCodes[] = {SENT_CODES, CHILD_CODES,   SEGMENT_CODES,
                              BUS_CODES,  ILLEGAL_CODES, ARITHMETIC_CODES,
                              TRAP_CODES, POLL_CODES,    CALL_CODES};
constexpr Flag kChildCodes[] = {SENT_CODES, CHILD_CODES};
constexpr Flag kSegmentCodes[] = {SENT_CODES, SEGMENT_CODES};
constexpr Flag kBusCodes[] = {SENT_CODES, BUS_CODES};
constexpr Flag kIllegalCodes[] = {SENT_CODES, ILLEGAL_CODES};
constexpr Flag kArithmeticCodes[] = {SENT_CODES, ARITHMETIC_CODES};
constexpr Flag kTrapCodes[] = {SENT_CODES, TRAP_CODES};
constexpr Flag kPollCodes[] = {SENT_CODES, POLL_CODES};
constexpr Flag kCallCodes[] = {SENT_CODES, CALL_CODES};
#undef CODE
#undef SENT_CODES
#undef CHILD_CODES
#undef SEGMENT_CODES
#undef BUS_CODES
#undef ILLEGAL_CODES
#undef ARITHMETIC_CODES
#undef TRAP_CODES
#undef POLL_CODES
#undef CALL_CODES

constexpr FlagSet kSentNames{"signal codes", kSentCodes};
constexpr FlagSet kAllNames{"signal codes", kAllCodes};
constexpr FlagSet kChildNames{"codes of SIGCHLD", kChildCodes};
constexpr FlagSet kSegmentNames{"codes of SIGSEGV", kSegmentCodes};
constexpr FlagSet kBusNames{"codes of SIGBUS", kBusCodes};
constexpr FlagSet kIllegalNames{"codes of SIGILL", kIllegalCodes};
constexpr FlagSet kArithmeticNames{"codes of SIGFPE", kArithmeticCodes};
constexpr FlagSet kTrapNames{"codes of SIGTRAP", kTrapCodes};
constexpr FlagSet kPollNames{"codes of SIGIO", kPollCodes};
constexpr FlagSet kCallNames{"codes of SIGSYS", kCallCodes};

constexpr std::uint16_t kInfoBytes = 128;
constexpr std::size_t kCodeOffset = 8;
constexpr Field kNumber{"signo", 0, 4, kSignal};
constexpr Field kErrno{"errno", 4, 4, kSigned};
constexpr Field kPid{"pid", 16, 4, kSigned};
constexpr Field kUser{"uid", 20, 4, kUnsigned};
constexpr Field kValue{"value", 24, 8, kHex};
constexpr Field kFaultAddress{"addr", 16, 8, kAddress};

constexpr Field code_field(const FlagSet& names) {
  return {"code", kCodeOffset, 4, kFlags, &names};
}

constexpr Field kOtherFields[] = {kNumber, kErrno, code_field(kSentNames), kPid, kUser};
constexpr Field kSentFields[] = {kNumber, kErrno, code_field(kAllNames), kPid, kUser};
constexpr Field kQueuedFields[] = {kNumber, kErrno, code_field(kSentNames), kPid, kUser, kValue};
constexpr Field kTimerFields[] = {
    kNumber, kErrno, code_field(kSentNames), {"timer", 16, 4, kSigned}, {"overrun", 20, 4, kSigned},
    kValue};
constexpr Field kChildFields[] = {kNumber,
                                  kErrno,
                                  code_field(kChildNames),
                                  kPid,
                                  kUser,
                                  {"status", 24, 4, kSigned},
                                  {"utime", 32, 8, kSigned},
                                  {"stime", 40, 8, kSigned}};
constexpr Field kSegmentFields[] = {kNumber, kErrno, code_field(kSegmentNames), kFaultAddress};
constexpr Field kBusFields[] = {kNumber, kErrno, code_field(kBusNames), kFaultAddress};
constexpr Field kIllegalFields[] = {kNumber, kErrno, code_field(kIllegalNames), kFaultAddress};
constexpr Field kArithmeticFields[] = {kNumber, kErrno, code_field(kArithmeticNames),
                                       kFaultAddress};
constexpr Field kTrapFields[] = {kNumber, kErrno, code_field(kTrapNames), kFaultAddress};
constexpr Field kPollFields[] = {
    kNumber, kErrno, code_field(kPollNames), {"band", 16, 8, kHex}, {"fd", 24, 4, kSigned}};
constexpr Field kCallFields[] = {kNumber,
                                 kErrno,
                                 code_field(kCallNames),
                                 {"address", 16, 8, kAddress},
                                 {"call", 24, 4, kUnsigned},
                                 {"arch", 28, 4, kHex}};

constexpr Structure info(std::span<const Field> fields) {
  return {"siginfo_t", kInfoBytes, fields, nullptr, true};
}
constexpr Structure kSent = info(kSentFields), kQueued = info(kQueuedFields),
                    kTimer = info(kTimerFields), kChild = info(kChildFields),
                    kSegment = info(kSegmentFields), kBus = info(kBusFields),
                    kIllegal = info(kIllegalFields), kArithmetic = info(kArithmeticFields),
                    kTrap = info(kTrapFields), kPoll = info(kPollFields), kCall = info(kCallFields);

const Structure* by_signal(int signal) {
  switch (signal) {
    case SIGCHLD:
      return &kChild;
    case SIGSEGV:
      return &kSegment;
    case SIGBUS:
      return &kBus;
    case SIGILL:
      return &kIllegal;
    case SIGFPE:
      return &kArithmetic;
    case SIGTRAP:
      return &kTrap;
    case SIGIO:
      return &kPoll;
    case SIGSYS:
      return &kCall;
    default:
      return nullptr;
  }
}

const Structure* by_cause(ByteView bytes) {
  const int code = load<std::int32_t>(bytes, kCodeOffset).value_or(SI_USER);
  if (code == SI_TIMER) return &kTimer;
  if (code == SI_QUEUE || code == SI_MESGQ) return &kQueued;
  const bool by_the_kernel = code > SI_USER && code != SI_KERNEL;
  return by_the_kernel ? by_signal(load<std::int32_t>(bytes).value_or(0)) : &kSent;
}

}  // namespace

const Structure kSiginfo{"siginfo_t", kInfoBytes, kOtherFields, by_cause, true};

std::span<const Structure> signal_structures() {
  static const Structure kSignals[] = {
      {"sigaction", 32, kActionFields},
      {"stack_t", sizeof(stack_t), kStackFields},
      {"sigevent", sizeof(sigevent), kEventFields},
      kSiginfo,
  };
  return kSignals;
}

}  // namespace mecrr::protocol
