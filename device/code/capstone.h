// The disassembler, for x86-64 alone.
#pragma once

#include <capstone/capstone.h>

namespace mecrr {

/// A handle without options, which the caller closes with cs_close().
csh open_capstone();

}  // namespace mecrr
