#include "device/patching/patch_refusal.h"

#include "base/check.h"

namespace mecrr {

std::string_view text(PatchRefusal refusal) {
  switch (refusal) {
    case PatchRefusal::kNoFunction:
      return "nothing says where its function begins";
    case PatchRefusal::kNotReached:
      return "no direct jump leads there";
    case PatchRefusal::kTooLittleRoom:
      return "too little room before it";
    case PatchRefusal::kBranchInside:
      return "a jump may lead into its window";
    case PatchRefusal::kIndirectJumps:
      return "indirect jumps may lead into its window";
    case PatchRefusal::kMayFault:
      return "an instruction before it may fault";
    case PatchRefusal::kCannotMove:
      return "an instruction before it cannot be moved";
    case PatchRefusal::kUnknownInstruction:
      return "an instruction before it is not known";
    case PatchRefusal::kSignalReturn:
      return "it returns from a signal handler";
    case PatchRefusal::kOutOfReach:
      return "no memory for a stub near it";
  }
  MECRR_CHECK(false, "refusal {}", static_cast<int>(refusal));
}

}  // namespace mecrr
