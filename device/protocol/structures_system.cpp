// Structures of the system as a whole, and of System V IPC.
#include <linux/sysinfo.h>
#include <mqueue.h>
#include <sys/sem.h>
#include <sys/utsname.h>

#include <cstddef>

#include "device/calls/flag_sets.h"
#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

using enum FieldKind;

constexpr Field kUtsnameFields[] = {
    FIELD(utsname, sysname, kText), FIELD(utsname, nodename, kText), FIELD(utsname, release, kText),
    FIELD(utsname, version, kText), FIELD(utsname, machine, kText),  {"domainname", 325, 65, kText},
};
constexpr Field kSysinfoFields[] = {
    {"uptime", 0, 8, kSigned},       {"load1", 8, 8, kUnsigned},
    {"load5", 16, 8, kUnsigned},     {"load15", 24, 8, kUnsigned},
    {"totalram", 32, 8, kUnsigned},  {"freeram", 40, 8, kUnsigned},
    {"sharedram", 48, 8, kUnsigned}, {"bufferram", 56, 8, kUnsigned},
    {"totalswap", 64, 8, kUnsigned}, {"freeswap", 72, 8, kUnsigned},
    {"procs", 80, 2, kUnsigned},     {"totalhigh", 88, 8, kUnsigned},
    {"freehigh", 96, 8, kUnsigned},  {"mem_unit", 104, 4, kUnsigned},
};
constexpr Field kQueueFields[] = {
    FIELD(mq_attr, mq_flags, kFlags, &calls::kOpenFlags),
    FIELD(mq_attr, mq_maxmsg, kSigned),
    FIELD(mq_attr, mq_msgsize, kSigned),
    FIELD(mq_attr, mq_curmsgs, kSigned),
};
constexpr Field kSembufFields[] = {
    FIELD(sembuf, sem_num, kUnsigned),
    FIELD(sembuf, sem_op, kSigned),
    FIELD(sembuf, sem_flg, kFlags, &calls::kIpcFlags),
};

}  // namespace

std::span<const Structure> system_structures() {
  static const Structure kSystem[] = {
      {"utsname", sizeof(utsname), kUtsnameFields},
      {"sysinfo", sizeof(struct sysinfo), kSysinfoFields},
      {"mq_attr", sizeof(mq_attr), kQueueFields},
      {"sembuf", sizeof(sembuf), kSembufFields},
  };
  return kSystem;
}

}  // namespace mecrr::protocol
