// A new program's address space, before its first instruction.
#include <limits.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "base/files.h"
#include "device/device.h"
#include "recorder/memory/changes.h"
#include "recorder/memory/mapping.h"
#include "recorder/memory/memory_recorder.h"
#include "recorder/memory/stack.h"
#include "recorder/memory/tracee_files.h"
#include "recorder/nondeterminism/auxv.h"

namespace mecrr {
namespace {

using Maps = std::vector<MapsLine>;

bool is_mecrrs(const MapsLine& line) {
  return line.range.overlaps({RemoteAddress(kMecrrRegion), kMecrrRegionBytes});
}

void add_memory(pb::Image& image, RemoteAddress at, ByteView bytes) {
  pb::Write& write = *image.add_memory();
  write.set_address(at.value());
  write.set_data(as_chars(bytes), bytes.size());
}

/// What the stack holds: from the stack pointer on.
Result<void> add_stack(StoppedTask& task, Space& space, const Maps& maps, const MapsLine& line,
                       pb::Image& image) {
  space.stack = TRY(stack_extent(task.tid(), maps, line.range));
  *image.add_mapping() =
      mapping_of(space.stack, line.protection, MAP_PRIVATE | MAP_STACK, line.name);
  const Registers registers = TRY(task.registers());
  const RemoteAddress from = RemoteAddress(registers.rsp).rounded_down(kPageBytes);
  if (!line.range.contains(from)) return fail("task {} has no stack at {}", task.tid(), from);
  add_memory(image, from, TRY(read_bytes(task, from, line.range.end() - from)));
  return {};
}

/// The kernel has cleared the rest of the page where a program's data end: pages that differ from
/// the file's.
Result<void> add_changed_pages(const StoppedTask& task, int fd, const MapsLine& line,
                               std::uint64_t valid, pb::Image& image) {
  Bytes in_memory(valid);
  TRY(task.read(line.range.start, in_memory));
  Bytes in_file(valid);
  (void)TRY(read_up_to_at(fd, in_file, line.offset));
  for (std::uint64_t at = 0; at < valid; at += kPageBytes) {
    const ByteView page = ByteView(in_memory).subspan(at, kPageBytes);
    if (!equal(page, ByteView(in_file).subspan(at, kPageBytes))) {
      add_memory(image, line.range.start + at, page);
    }
  }
  return {};
}

Result<void> add_file(StoppedTask& task, Space& space, Contents& contents, const MapsLine& line,
                      pb::Image& image) {
  pb::Mapping mapping = mapping_of(line.range, line.protection, MAP_PRIVATE, line.name);
  auto fd = open_mapped(task.tid(), line);
  if (!fd) {  // we may not look at the file: what the program sees of it, then
    add_memory(image, line.range.start, TRY(read_bytes(task, line.range.start, line.range.size)));
    *image.add_mapping() = std::move(mapping);
    return {};
  }
  const RecordedPart stored =
      TRY(contents.store(fd->get(), line.name,
                         {.offset = line.offset,
                          .size = line.range.size,
                          .executable = (line.protection & PROT_EXEC) != 0}));
  if ((line.protection & PROT_WRITE) != 0) {
    TRY(add_changed_pages(task, fd->get(), line, stored.valid, image));
  }
  TRY(back_by_content(mapping, space, task, stored, line.offset,
                      {.device = 0, .inode = line.inode}));
  *image.add_mapping() = std::move(mapping);
  return {};
}

Result<void> unmap(StoppedTask& task, RemoteRange range) {
  const std::int64_t result = TRY(task.perform({SYS_munmap, {range.start.value(), range.size}}));
  if (result == 0) return {};
  return fail_with_code(static_cast<int>(-result), "taking the vdso out of task {}", task.tid());
}

Result<void> add_mapping(StoppedTask& task, Space& space, Contents& contents, const Maps& maps,
                         const MapsLine& line, pb::Image& image) {
  if (is_mecrrs(line) || line.name == "[vsyscall]") return {};
  if (line.name.starts_with("[vdso") || line.name.starts_with("[vvar")) {
    return unmap(task, line.range);
  }
  if (line.name == "[stack]") return add_stack(task, space, maps, line, image);
  if (line.inode != 0 && !line.is_special()) return add_file(task, space, contents, line, image);
  *image.add_mapping() = mapping_of(line.range, line.protection, MAP_PRIVATE, line.name);
  return {};
}

/// Field 47 of /proc/PID/stat: where the heap starts, and ends as long as brk was not called.
Result<RemoteAddress> heap_start(Tid tid) {
  constexpr int kFieldsBefore = 44;  // between the name and start_brk: fields 3 to 46
  const std::string stat = TRY(read_text_file(fmt::format("/proc/{}/stat", tid)));
  std::size_t at = stat.rfind(')');
  for (int field = 0; field <= kFieldsBefore && at != std::string::npos; ++field) {
    at = stat.find(' ', at + 1);
  }
  if (at == std::string::npos) return fail("/proc/{}/stat is too short", tid);
  std::uint64_t start = 0;
  std::from_chars(stat.data() + at + 1, stat.data() + stat.size(), start);
  return RemoteAddress(start);
}

std::string program_path(Tid tid) {
  std::array<char, PATH_MAX> path;
  const ssize_t length =
      ::readlink(fmt::format("/proc/{}/exe", tid).c_str(), path.data(), path.size());
  return length < 0 ? std::string() : std::string(path.data(), static_cast<std::size_t>(length));
}

/// argc and argv, as the kernel has put them on the new stack.
Result<void> add_arguments(const StoppedTask& task, pb::Image& image) {
  constexpr std::size_t kMaxArgumentBytes = 128 * 1024;  // MAX_ARG_STRLEN
  const RemoteAddress stack(TRY(task.registers()).rsp);
  const auto count = TRY(read_object<std::uint64_t>(task, stack));
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto text = TRY(read_object<std::uint64_t>(task, stack + 8 + 8 * i));
    image.add_argument(TRY(read_string(task, RemoteAddress(text), kMaxArgumentBytes)));
  }
  return {};
}

}  // namespace

Result<void> MemoryRecorder::record_image(StoppedTask& task, Space& space, pb::Image& image) {
  image.set_path(program_path(task.tid()));
  TRY(add_arguments(task, image));
  TRY(hide_vdso(task));
  space.heap_end = TRY(heap_start(task.tid()));
  const Maps maps = TRY(read_maps(task.tid()));
  for (const MapsLine& line : maps) {
    TRY(with_context(add_mapping(task, space, contents_, maps, line, image), "mapping {} of {}",
                     line.range, image.path()));
  }
  return {};
}

}  // namespace mecrr
