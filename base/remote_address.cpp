#include "base/remote_address.h"

namespace mecrr {

void* RemoteAddress::as_pointer() const { return reinterpret_cast<void*>(value_); }

RemoteAddress RemoteAddress::of(const void* pointer) {
  return RemoteAddress(reinterpret_cast<std::uint64_t>(pointer));
}

std::ostream& operator<<(std::ostream& out, RemoteAddress a) { return out << fmt::format("{}", a); }

std::ostream& operator<<(std::ostream& out, const RemoteRange& range) {
  return out << fmt::format("{}", range);
}

}  // namespace mecrr
