#include "recorder/nondeterminism/trap_sites.h"

#include <emmintrin.h>

#include <algorithm>
#include <map>

#include "device/code/elf_functions.h"
#include "device/code/machine_code.h"

namespace mecrr {
namespace {

/// Functions of a file lie side by side; only a hostile file lets us read more than this many times
/// its size.
constexpr std::uint64_t kMostReadings = 4;

bool is_cpuid(std::uint8_t second) { return second == 0xa2; }

/// Opcode bytes of the candidate at `at`, or 0 if there is none: 0F A2, or 0F C7 with a register
/// operand and a reg field of 6 or 7.
std::size_t candidate_bytes(ByteView code, std::uint64_t at) {
  const auto second = load<std::uint8_t>(code, at + 1);
  if (load<std::uint8_t>(code, at) != 0x0f || !second) return 0;
  if (is_cpuid(*second)) return 2;
  const auto modrm = load<std::uint8_t>(code, at + 2);
  return *second == 0xc7 && modrm && (*modrm & 0xf0) == 0xf0 ? 3 : 0;
}

/// One bit for each of the 16 bytes at `code` that are 0F with A2 or C7 behind. Reads 17 bytes.
unsigned interesting(const std::byte* code) {
  const auto load16 = [](const void* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
  };
  const __m128i here = load16(code);
  const __m128i behind = load16(code + 1);
  const __m128i escape = _mm_cmpeq_epi8(here, _mm_set1_epi8(0x0f));
  const __m128i opcode = _mm_or_si128(_mm_cmpeq_epi8(behind, _mm_set1_epi8(char(0xa2))),
                                      _mm_cmpeq_epi8(behind, _mm_set1_epi8(char(0xc7))));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(escape, opcode)));
}

/// Offsets in `code` of all candidates' 0F.
std::vector<std::uint64_t> find_candidates(ByteView code) {
  std::vector<std::uint64_t> found;
  const auto consider = [&](std::uint64_t at) {
    if (candidate_bytes(code, at) != 0) found.push_back(at);
  };
  std::uint64_t at = 0;
  for (; code.size() - at > 16; at += 16)
    for (unsigned bits = interesting(code.data() + at); bits != 0; bits &= bits - 1)
      consider(at + static_cast<unsigned>(__builtin_ctz(bits)));
  for (; at < code.size(); ++at) consider(at);
  return found;
}

/// The instruction whose opcode begins at `opcode`; its prefixes stand before.
std::optional<TrapSite> site_at(ByteView function, const CodeMap& map, std::uint64_t opcode) {
  const std::size_t opcode_bytes = candidate_bytes(function, opcode);
  for (std::uint64_t prefixes = 0; prefixes < kMaxInstructionBytes && prefixes <= opcode;
       ++prefixes) {
    const std::uint64_t start = opcode - prefixes;
    if (!map.starts(start)) continue;
    const auto instruction = decode_instruction(function.subspan(start));
    if (!instruction || instruction->length != prefixes + opcode_bytes) return std::nullopt;
    return TrapSite{start, *instruction};
  }
  return std::nullopt;
}

}  // namespace

std::vector<TrapSite> find_trap_sites(ByteView elf_file) {
  auto functions = ElfFunctions::of(elf_file);
  if (!functions) return {};

  // By the first byte of a function: the function, and the candidates in it.
  std::map<std::uint64_t, std::pair<FileRange, std::vector<std::uint64_t>>> to_read;
  for (const FileRange& range : functions->executable()) {
    for (const std::uint64_t in_range :
         find_candidates(*slice(elf_file, range.offset, range.size))) {
      const auto function = functions->function_at(range.offset + in_range);
      if (!function) continue;
      auto& entry = to_read.try_emplace(function->offset, *function, 0).first->second;
      entry.second.push_back(range.offset + in_range);
    }
  }

  std::vector<TrapSite> sites;
  std::uint64_t may_read = kMostReadings * elf_file.size();
  for (const auto& [start, entry] : to_read) {
    const auto& [range, candidates] = entry;
    if (range.size > may_read) continue;
    may_read -= range.size;
    const ByteView function = *slice(elf_file, range.offset, range.size);
    const CodeMap map = map_code(function);
    for (const std::uint64_t candidate : candidates) {
      if (!range.contains(candidate)) continue;
      if (auto site = site_at(function, map, candidate - range.offset)) {
        site->offset += range.offset;
        sites.push_back(*site);
      }
    }
  }
  std::ranges::sort(sites, {}, &TrapSite::offset);
  const auto repeated = std::ranges::unique(sites);
  sites.erase(repeated.begin(), repeated.end());
  return sites;
}

}  // namespace mecrr
