// The processor's counter as recorded programs see it: device/agent/counter.h says why it is not
// the real one. One for the whole of mecrr, since programs compare what different processes have
// read.
#pragma once

#include <cstdint>

#include "device/agent/counter.h"

namespace mecrr {

/// Takes the first of the two looks at counter and clock that tell the one's speed. The earlier,
/// the more exact: with a millisecond between them it is good to some 50 millionths.
void look_at_counter();

/// From the first call on always the same. Waits until the first look is a millisecond ago.
const agent::CounterScale& counter_scale();

/// The counter now. Any thread.
std::uint64_t counter_now();

}  // namespace mecrr
