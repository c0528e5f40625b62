// Where the tables of structures are: one function per file of tables. Only structure_names.cpp
// needs them.
#pragma once

#include <span>

#include "device/protocol/structure.h"

namespace mecrr::protocol {

std::span<const Structure> scalar_structures();
std::span<const Structure> time_structures();
std::span<const Structure> file_structures();
std::span<const Structure> task_structures();
std::span<const Structure> socket_structures();
std::span<const Structure> signal_structures();
std::span<const Structure> system_structures();

extern const Structure kTimespec;
extern const Structure kTimeval;
extern const Structure kSignalSet;
extern const Structure kSiginfo;

}  // namespace mecrr::protocol

/// A field that the C library declares: FIELD(timespec, tv_sec, kSigned). `…` are names or nested.
#define FIELD(type, member, ...) \
  {#member, offsetof(type, member), sizeof(type::member), __VA_ARGS__}
