// Structures of times and clocks.
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <time.h>
#include <utime.h>

#include <cstddef>

#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

using enum FieldKind;

constexpr Field kTimespecFields[] = {
    FIELD(timespec, tv_sec, kSigned),
    FIELD(timespec, tv_nsec, kSigned),
};
constexpr Field kTimevalFields[] = {
    FIELD(timeval, tv_sec, kSigned),
    FIELD(timeval, tv_usec, kSigned),
};
constexpr Field kItimerspecFields[] = {
    FIELD(itimerspec, it_interval, kStructure, nullptr, &kTimespec),
    FIELD(itimerspec, it_value, kStructure, nullptr, &kTimespec),
};
constexpr Field kItimervalFields[] = {
    FIELD(itimerval, it_interval, kStructure, nullptr, &kTimeval),
    FIELD(itimerval, it_value, kStructure, nullptr, &kTimeval),
};
constexpr Field kUtimbufFields[] = {
    FIELD(utimbuf, actime, kSigned),
    FIELD(utimbuf, modtime, kSigned),
};
constexpr Field kTmsFields[] = {
    FIELD(tms, tms_utime, kSigned),
    FIELD(tms, tms_stime, kSigned),
    FIELD(tms, tms_cutime, kSigned),
    FIELD(tms, tms_cstime, kSigned),
};
constexpr Field kTimezoneFields[] = {{"tz_minuteswest", 0, 4, kSigned},
                                     {"tz_dsttime", 4, 4, kSigned}};
constexpr Field kTimexFields[] = {
    FIELD(timex, modes, kHex),        FIELD(timex, offset, kSigned),
    FIELD(timex, freq, kSigned),      FIELD(timex, maxerror, kSigned),
    FIELD(timex, esterror, kSigned),  FIELD(timex, status, kHex),
    FIELD(timex, constant, kSigned),  FIELD(timex, precision, kSigned),
    FIELD(timex, tolerance, kSigned), FIELD(timex, time, kStructure, nullptr, &kTimeval),
    FIELD(timex, tick, kSigned),      FIELD(timex, ppsfreq, kSigned),
    FIELD(timex, jitter, kSigned),    FIELD(timex, shift, kSigned),
    FIELD(timex, stabil, kSigned),    FIELD(timex, jitcnt, kSigned),
    FIELD(timex, calcnt, kSigned),    FIELD(timex, errcnt, kSigned),
    FIELD(timex, stbcnt, kSigned),    FIELD(timex, tai, kSigned),
};

}  // namespace

const Structure kTimespec{"timespec", sizeof(timespec), kTimespecFields};
const Structure kTimeval{"timeval", sizeof(timeval), kTimevalFields};

std::span<const Structure> time_structures() {
  static const Structure kTimes[] = {
      kTimespec,
      kTimeval,
      {"itimerspec", sizeof(itimerspec), kItimerspecFields},
      {"itimerval", sizeof(itimerval), kItimervalFields},
      {"utimbuf", sizeof(utimbuf), kUtimbufFields},
      {"tms", sizeof(tms), kTmsFields},
      {"timezone", 8, kTimezoneFields},
      {"timex", sizeof(timex), kTimexFields},
  };
  return kTimes;
}

}  // namespace mecrr::protocol
