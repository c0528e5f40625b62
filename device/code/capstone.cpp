#include "device/code/capstone.h"

#include "base/check.h"

// Capstone's archive has each processor family in objects of its own, and cs_open() names them all.
// Those that are here already are not taken from the archive; else its table of the 68000 alone is
// 65,536 relocations of 1.5 MB, at each start of mecrr. An open for such a family fails.
#define MECRR_NO_FAMILY(name)                           \
  int name##_global_init(void*) { return CS_ERR_ARCH; } \
  int name##_option(void*, int, unsigned long) { return CS_ERR_OPTION; }
extern "C" {
MECRR_NO_FAMILY(AArch64)
MECRR_NO_FAMILY(ARM)
MECRR_NO_FAMILY(EVM)
MECRR_NO_FAMILY(M680X)
MECRR_NO_FAMILY(M68K)
MECRR_NO_FAMILY(Mips)
MECRR_NO_FAMILY(PPC)
MECRR_NO_FAMILY(Sparc)
MECRR_NO_FAMILY(SystemZ)
MECRR_NO_FAMILY(TMS320C64x)
MECRR_NO_FAMILY(XCore)
}
#undef MECRR_NO_FAMILY

namespace mecrr {

csh open_capstone() {
  csh handle = 0;
  MECRR_CHECK(cs_open(CS_ARCH_X86, CS_MODE_64, &handle) == CS_ERR_OK);
  return handle;
}

}  // namespace mecrr
