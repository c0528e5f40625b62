#include "recorder/memory/maps.h"

#include <sys/mman.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/files.h"
#include "device/device.h"

namespace mecrr {
namespace {

/// Takes the characters up to `end` off the front of `text`, and `end` itself.
std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

std::uint64_t number(std::string_view digits, int base) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return value;
}

/// 7f12000-7f13000 r-xp 00001000 fd:01 123456   /usr/lib/libc.so.6
std::optional<MapsLine> parse(std::string_view line) {
  MapsLine parsed;
  const std::uint64_t start = number(take_until(line, '-'), 16);
  const std::uint64_t end = number(take_until(line, ' '), 16);
  const std::string_view access = take_until(line, ' ');
  if (end <= start || access.size() != 4) return std::nullopt;
  parsed.range = {RemoteAddress(start), end - start};
  parsed.protection = (access[0] == 'r' ? PROT_READ : 0) | (access[1] == 'w' ? PROT_WRITE : 0) |
                      (access[2] == 'x' ? PROT_EXEC : 0);
  parsed.shared = access[3] == 's';
  parsed.offset = number(take_until(line, ' '), 16);
  take_until(line, ' ');  // device
  parsed.inode = number(take_until(line, ' '), 10);
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  parsed.name = line;
  return parsed;
}

}  // namespace

Result<std::vector<MapsLine>> read_maps(Tid tid) {
  const std::string text = TRY(read_text_file(fmt::format("/proc/{}/maps", tid)));
  std::vector<MapsLine> maps;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_until(rest, '\n');
    auto parsed = parse(line);
    if (!parsed) return fail("/proc/{}/maps has a strange line: {}", tid, line);
    maps.push_back(*std::move(parsed));
  }
  return maps;
}

const MapsLine* mapping_at(const std::vector<MapsLine>& maps, RemoteAddress at) {
  const auto behind =
      std::ranges::upper_bound(maps, at, {}, [](const MapsLine& line) { return line.range.start; });
  if (behind == maps.begin()) return nullptr;
  const MapsLine& line = *std::prev(behind);
  return line.range.contains(at) ? &line : nullptr;
}

std::vector<MapsLine> writable_by_program(std::vector<MapsLine> maps) {
  std::erase_if(maps, [](const MapsLine& line) {
    return (line.protection & PROT_WRITE) == 0 || line.range.overlaps(kMecrrMemory);
  });
  return maps;
}

RemoteAddress first_hole(const std::vector<MapsLine>& maps, RemoteRange range) {
  RemoteAddress at = range.start;
  for (const MapsLine& line : maps) {
    if (at >= range.end()) return range.end();
    if (line.range.contains(at)) at = line.range.end();
  }
  return std::min(at, range.end());
}

}  // namespace mecrr
