#include "device/patching/call_sites.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <link.h>
#include <sys/syscall.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <random>
#include <set>

#include "base/files.h"
#include "device/code/elf_functions.h"
#include "device/code/machine_code.h"

// Never called. Each label is at a `syscall`, but for the last, which are not executed as one.
asm(R"(
    .text
    .p2align 4
    .cfi_startproc
    mov %edi, %edx
    xor %edi, %edi
    xor %eax, %eax
sites_free:
    syscall
    ret
    .cfi_endproc

    .p2align 4
    .cfi_startproc
    mov %edi, %edx
1:  xor %edi, %edi
    xor %eax, %eax
sites_short_jump:
    syscall
    ret
    .cfi_endproc
    .cfi_startproc
    jmp 1b
    .cfi_endproc

    .p2align 4
    .cfi_startproc
    mov %edi, %edx
2:  xor %edi, %edi
    xor %eax, %eax
sites_undescribed_jump:
    syscall
    ret
    .cfi_endproc
    jmp 2b

    .p2align 4
    .cfi_startproc
    mov %edi, %edx
3:  xor %edi, %edi
    xor %eax, %eax
sites_far_jump:
    syscall
    ret
    .cfi_endproc
    .skip 1000, 0x90
    .cfi_startproc
    test %eax, %eax
    je 3b
    ret
    .cfi_endproc

    .p2align 4
    .cfi_startproc
    mov %edi, %edx
sites_entry:
    xor %edi, %edi
    xor %eax, %eax
sites_symbol:
    syscall
    ret
    .cfi_endproc

    .cfi_startproc
    mov $0x050f, %eax
.set sites_immediate, . - 4
    ret
sites_behind_return:
    syscall
    .cfi_endproc
sites_nowhere:
    syscall
    .globl sites_free, sites_short_jump, sites_undescribed_jump, sites_far_jump, sites_symbol
    .globl sites_immediate, sites_behind_return, sites_nowhere
)");

extern "C" const char sites_free, sites_short_jump, sites_undescribed_jump, sites_far_jump,
    sites_symbol, sites_immediate, sites_behind_return, sites_nowhere;

namespace mecrr {
namespace {

constexpr const char* kLibc = "/lib/x86_64-linux-gnu/libc.so.6";
constexpr const char* kLinker = "/lib64/ld-linux-x86-64.so.2";

std::size_t patched(const std::vector<CallSite>& sites) {
  return static_cast<std::size_t>(
      std::ranges::count_if(sites, [](const CallSite& site) { return site.window.has_value(); }));
}

const Bytes& own_file() {
  static const Bytes file = read_file("/proc/self/exe").value();
  return file;
}

/// Where our own file is loaded, less where it says.
std::uint64_t load_bias() {
  std::uint64_t bias = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* program, std::size_t, void* into) {
        *static_cast<std::uint64_t*>(into) = program->dlpi_addr;
        return 1;  // the first is the program itself
      },
      &bias);
  return bias;
}

/// What is said of the `syscall` at `address` of our own code; empty if it is none.
std::optional<std::expected<PatchWindow, PatchRefusal>> at(const char& address) {
  static const std::vector<CallSite> sites = find_call_sites(own_file());
  const auto functions = ElfFunctions::of(own_file()).value();
  const auto wanted = std::bit_cast<std::uint64_t>(&address) - load_bias();
  for (const CallSite& site : sites)
    if (functions.address_of(site.offset) == wanted) return site.window;
  return std::nullopt;
}

constexpr auto refused(PatchRefusal why) { return std::unexpected(why); }

using enum PatchRefusal;

TEST(FindCallSites, NothingElseMayEnterAWindow) {
  EXPECT_EQ(at(sites_free).value()->size(), 6U);
  EXPECT_EQ(at(sites_short_jump), refused(kBranchInside));
  EXPECT_EQ(at(sites_undescribed_jump), refused(kBranchInside));
  EXPECT_EQ(at(sites_far_jump), refused(kBranchInside));
  EXPECT_EQ(at(sites_symbol), refused(kBranchInside));
}

TEST(FindCallSites, WhatIsNotExecutedIsNoSite) {
  EXPECT_FALSE(at(sites_immediate));
  EXPECT_EQ(at(sites_behind_return), refused(kNotReached));
  EXPECT_EQ(at(sites_nowhere), refused(kNoFunction));
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
      EXPECT_TRUE(led_instruction(file, site.offset));
      if (!site.window) continue;
      const std::uint64_t start = site.window->start(site.offset);
      EXPECT_TRUE(equal(*slice(file, start, site.window->size()), site.window->code()));
      EXPECT_EQ(PatchWindow::of(site.window->code(), site.window->led()), *site.window);
    }
  }
}

/// What must hold for any file.
void expect_sound(ByteView file) {
  for (const CallSite& site : find_call_sites(file)) {
    ASSERT_TRUE(led_instruction(file, site.offset));
    if (!site.window) continue;
    const auto code = slice(file, site.window->start(site.offset), site.window->size());
    ASSERT_TRUE(code && equal(*code, site.window->code()));
  }
}

/// A static program, which has no .eh_frame_hdr, after strip: its symbol tables are no longer read.
Bytes stripped_static_program() {
  Bytes file = read_file(MECRR_TRACEE).value();
  const auto header = load<Elf64_Ehdr>(file).value();
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const std::uint64_t at = header.e_shoff + i * sizeof(Elf64_Shdr);
    auto section = load<Elf64_Shdr>(file, at).value();
    if (section.sh_type == SHT_SYMTAB) section.sh_type = SHT_NULL;
    EXPECT_TRUE(store(MutableBytes(file), at, section));
  }
  return file;
}

TEST(FindCallSites, AStrippedStaticProgramIsKnownByItsUnwindDescriptions) {
  const auto sites = find_call_sites(stripped_static_program());
  EXPECT_GT(sites.size(), 50U);
  EXPECT_GT(patched(sites), sites.size() * 3 / 4);
}

TEST(FindCallSites, EveryTruncationIsSurvived) {
  const Bytes file = read_file(kLinker).value();
  for (std::size_t size = 0; size < file.size(); size += size < 1024 ? 1 : 4093)
    expect_sound(ByteView(file).first(size));
}

/// Where damage is most likely to be believed: headers, descriptions of functions; or anywhere.
std::vector<FileRange> parts_to_damage(ByteView file) {
  const auto header = load<Elf64_Ehdr>(file).value();
  std::vector<FileRange> parts = {
      {0, sizeof header},
      {header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr)},
      {header.e_shoff, header.e_shnum * sizeof(Elf64_Shdr)},
      {0, file.size()},
  };
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto section = load<Elf64_Shdr>(file, header.e_shoff + i * sizeof(Elf64_Shdr)).value();
    if (section.sh_type == SHT_PROGBITS && section.sh_flags == SHF_ALLOC && section.sh_size > 0)
      parts.push_back({section.sh_offset, section.sh_size});
  }
  return parts;
}

void damage(const Bytes& whole, int rounds) {
  const std::vector<FileRange> parts = parts_to_damage(whole);
  std::mt19937_64 random(20260101);
  for (int round = 0; round < rounds; ++round) {
    Bytes file = whole;
    for (std::uint64_t damages = 1 + random() % 16; damages > 0; --damages) {
      const FileRange& part = parts[random() % parts.size()];
      const std::uint64_t value = random() % 2 == 0 ? random() : random() % 2 - 1;
      const std::uint64_t start = part.offset + random() % part.size;
      for (std::uint64_t i = start; i < std::min<std::uint64_t>(start + 8, file.size()); ++i)
        file[i] = object_bytes(value)[i - start];
    }
    expect_sound(file);
  }
}

TEST(FindCallSites, EveryDamageIsSurvived) { damage(read_file(kLinker).value(), 500); }

TEST(FindCallSites, EveryDamageOfDescriptionsIsSurvived) { damage(stripped_static_program(), 300); }

TEST(CallSites, EachAloneIsAsAmongAll) {
  for (const char* path : {kLibc, kLinker, MECRR_TRACEE}) {
    const Bytes file = read_file(path).value();
    CallSites all(file);
    for (const CallSite& site : all.all()) {
      EXPECT_EQ(all.at(site.offset), site.window);
      EXPECT_EQ(CallSites(file).at(site.offset), site.window) << std::hex << site.offset;
    }
    EXPECT_FALSE(all.at(0));
    EXPECT_FALSE(all.at(file.size()));
    EXPECT_FALSE(CallSites(file).at(file.size() + 7));
  }
  EXPECT_FALSE(CallSites({}).at(0));
}

TEST(FindCallSites, OtherFilesHaveNone) {
  EXPECT_TRUE(find_call_sites({}).empty());
  EXPECT_TRUE(find_call_sites(as_bytes("#!/bin/sh\n\x0f\x05")).empty());
}

}  // namespace
}  // namespace mecrr
