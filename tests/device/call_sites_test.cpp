#include "device/patching/call_sites.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <algorithm>
#include <set>

#include "base/files.h"
#include "device/code/elf_functions.h"
#include "device/code/machine_code.h"

namespace mecrr {
namespace {

constexpr const char* kLibc = "/lib/x86_64-linux-gnu/libc.so.6";
constexpr const char* kLinker = "/lib64/ld-linux-x86-64.so.2";

std::size_t patched(const std::vector<CallSite>& sites) {
  return static_cast<std::size_t>(
      std::ranges::count_if(sites, [](const CallSite& site) { return site.window.has_value(); }));
}

TEST(FindCallSites, NearlyAllOfTheCLibraryCanBePatched) {
  const auto sites = find_call_sites(read_file(kLibc).value());
  EXPECT_GT(sites.size(), 400U);
  EXPECT_GT(patched(sites), sites.size() * 9 / 10);
  std::set<std::uint32_t> numbers;
  for (const CallSite& site : sites)
    if (site.window && site.window->number()) numbers.insert(*site.window->number());
  for (const std::uint32_t number : {SYS_lseek, SYS_fstat, SYS_close, SYS_getpid, SYS_futex})
    EXPECT_TRUE(numbers.contains(number)) << number;
  EXPECT_FALSE(numbers.contains(SYS_rt_sigreturn));
}

TEST(FindCallSites, AWindowIsWhatStandsBeforeTheCall) {
  for (const char* path : {kLibc, kLinker}) {
    const Bytes file = read_file(path).value();
    const auto sites = find_call_sites(file);
    EXPECT_TRUE(std::ranges::is_sorted(sites, std::ranges::less_equal{}, &CallSite::offset));
    for (const CallSite& site : sites) {
      EXPECT_EQ(load<std::uint16_t>(file, site.offset), 0x050f);
      if (!site.window) continue;
      const std::uint64_t start = site.offset - site.window->size();
      EXPECT_TRUE(equal(*slice(file, start, site.window->size()), site.window->code()));
      EXPECT_EQ(PatchWindow::of(site.window->code()), *site.window);
    }
  }
}

TEST(FindCallSites, OtherFilesHaveNone) {
  EXPECT_TRUE(find_call_sites({}).empty());
  EXPECT_TRUE(find_call_sites(as_bytes("#!/bin/sh\n\x0f\x05")).empty());
}

}  // namespace
}  // namespace mecrr
