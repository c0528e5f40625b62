// ioctls of block devices, on a loop device over a file.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/device/real_calls/cases.h"

namespace mecrr::real_calls {
namespace {

constexpr std::size_t kDiskBytes = 64 * 1024;

/// A loop device that goes away when it is closed; below 0 where there are none, or we may not.
int loop_device(Scene& scene) {
  const int control = ::open("/dev/loop-control", O_RDWR);
  if (control < 0) return -1;
  const int number = ::ioctl(control, LOOP_CTL_GET_FREE);
  const int device = number < 0 ? -1 : ::open(fmt::format("/dev/loop{}", number).c_str(), O_RDWR);
  if (device < 0) return -1;
  loop_config configuration{};
  configuration.fd = static_cast<unsigned>(scene.file(std::string(kDiskBytes, 'x')));
  configuration.info.lo_flags = LO_FLAGS_AUTOCLEAR;
  return ::ioctl(device, LOOP_CONFIGURE, &configuration) == 0 ? device : -1;
}

template <std::uint64_t kCode>
void on_disk(Scene& scene) {
  const int device = loop_device(scene);
  if (device >= 0) scene.call(SYS_ioctl, device, kCode, scene.room(600));
}

constexpr Case kCases[] = {
    {"BLKROGET", on_disk<BLKROGET>},
    {"BLKGETSIZE", on_disk<BLKGETSIZE>},
    {"BLKRAGET", on_disk<BLKRAGET>},
    {"BLKFRAGET", on_disk<BLKFRAGET>},
    {"BLKSECTGET", on_disk<BLKSECTGET>},
    {"BLKSSZGET", on_disk<BLKSSZGET>},
    {"BLKBSZGET", on_disk<BLKBSZGET>},
    {"BLKGETSIZE64", on_disk<BLKGETSIZE64>},
    {"BLKIOMIN", on_disk<BLKIOMIN>},
    {"BLKIOOPT", on_disk<BLKIOOPT>},
    {"BLKALIGNOFF", on_disk<BLKALIGNOFF>},
    {"BLKPBSZGET", on_disk<BLKPBSZGET>},
    {"BLKDISCARDZEROES", on_disk<BLKDISCARDZEROES>},
    {"BLKROTATIONAL", on_disk<BLKROTATIONAL>},
    {"BLKGETDISKSEQ", on_disk<BLKGETDISKSEQ>},
    {"HDIO_GETGEO", on_disk<0x0301>},
    {"LOOP_GET_STATUS", on_disk<LOOP_GET_STATUS>},
    {"LOOP_GET_STATUS64", on_disk<LOOP_GET_STATUS64>},
};

}  // namespace

std::span<const Case> block_cases() { return kCases; }

}  // namespace mecrr::real_calls
