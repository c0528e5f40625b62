// What is no structure: numbers behind pointers, sets, and lone words. One field without a name.
#include <cstdint>

#include "device/protocol/structure_tables.h"

namespace mecrr::protocol {
namespace {

using enum FieldKind;

constexpr std::uint16_t kSignalSetBytes = 8;
constexpr std::uint16_t kMostSetBytes = 1024;  // of processors or descriptors that are shown

constexpr Field kSigned32[] = {{"", 0, 4, kSigned}};
constexpr Field kUnsigned16[] = {{"", 0, 2, kUnsigned}};
constexpr Field kUnsigned32[] = {{"", 0, 4, kUnsigned}};
constexpr Field kSigned64[] = {{"", 0, 8, kSigned}};
constexpr Field kUnsigned64[] = {{"", 0, 8, kUnsigned}};
constexpr Field kSignalSetField[] = {{"", 0, kSignalSetBytes, kSignals}};
constexpr Field kNumberSet[] = {{"", 0, 0, kBits}};
constexpr Field kTaskName[] = {{"", 0, 0, kText}};

// Both compilers' spellings of the fixed-width types.
constexpr Structure kScalars[] = {
    {"int", 4, kSigned32},
    {"unsigned int", 4, kUnsigned32},
    {"short unsigned int", 2, kUnsigned16},
    {"unsigned short", 2, kUnsigned16},
    {"long int", 8, kSigned64},
    {"long", 8, kSigned64},
    {"long unsigned int", 8, kUnsigned64},
    {"unsigned long", 8, kUnsigned64},
    {"time_t", 8, kSigned64},
    {"timer_t", 4, kSigned32},
    {"fd_set", kMostSetBytes, kNumberSet, nullptr, true},
    {"cpu_set_t", kMostSetBytes, kNumberSet, nullptr, true},
    {"nodemask", kMostSetBytes, kNumberSet, nullptr, true},
    {"name", 16, kTaskName},
    {"sigset_t", kSignalSetBytes, kSignalSetField},
};

}  // namespace

const Structure kSignalSet{"sigset_t", kSignalSetBytes, kSignalSetField};

std::span<const Structure> scalar_structures() { return kScalars; }

}  // namespace mecrr::protocol
