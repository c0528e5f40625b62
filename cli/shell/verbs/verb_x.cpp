// x: memory, in gdb's formats.
#include <fmt/format.h>

#include <array>
#include <bit>

#include "cli/output.h"
#include "cli/shell/code_text.h"
#include "cli/shell/expression.h"
#include "cli/shell/verbs/verbs.h"
#include "device/memory.h"
#include "device/protocol/value.h"

namespace mecrr::cli {
namespace {

constexpr std::size_t kLongestText = 200;
constexpr std::uint64_t kMostItems = 100'000;

struct Shape {
  std::uint64_t count = 1;
  char format = 'x';
  std::size_t size = 4;
};

/// "8xg" as in x/8xg; what is left out is as `before`.
Result<Shape> parse_shape(std::string_view text, Shape before) {
  Shape shape{.count = 1, .format = before.format, .size = before.size};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  shape.count = TRY(parse_count(text.substr(0, digits), 1));
  if (shape.count > kMostItems) return fail("x/{}: at most {} at once", text, kMostItems);
  bool has_size = false;
  for (const char letter : text.substr(digits)) {
    constexpr std::string_view kFormats = "xduotacsif", kSizes = "bhwg";
    const std::size_t size = kSizes.find(letter);
    if (size != std::string_view::npos) {
      shape.size = std::size_t{1} << size;
      has_size = true;
    } else if (kFormats.find(letter) != std::string_view::npos) {
      shape.format = letter;
    } else {
      return fail("x/{}: '{}' is no format (x d u o t a c s i f) and no size (b h w g)", text,
                  letter);
    }
  }
  if (shape.format == 'a') shape.size = 8;
  if (shape.format == 'c' && !has_size) shape.size = 1;
  if (shape.format == 'f' && (!has_size || shape.size < 4)) shape.size = 8;
  return shape;
}

std::string number_text(Symbols& symbols, const Shape& shape, std::uint64_t raw) {
  const unsigned unused_bits = 64 - 8 * static_cast<unsigned>(shape.size);
  const auto number = static_cast<std::int64_t>(raw << unused_bits) >> unused_bits;
  const std::byte low{static_cast<unsigned char>(raw)};
  switch (shape.format) {
    case 'd':
      return fmt::format("{}", number);
    case 'u':
      return fmt::format("{}", raw);
    case 'o':
      return fmt::format("{:#o}", raw);
    case 't':
      return fmt::format("{:0{}b}", raw, 8 * shape.size);
    case 'a':
      return address_text(symbols, RemoteAddress(raw));
    case 'c':
      return fmt::format("{} {}", number, protocol::quoted({&low, 1}));
    case 'f':
      return shape.size == 4 ? fmt::format("{}", std::bit_cast<float>(static_cast<unsigned>(raw)))
                             : fmt::format("{}", std::bit_cast<double>(raw));
    default:
      return fmt::format("{:#0{}x}", raw, 2 + 2 * shape.size);
  }
}

/// What is shown, and where it goes on.
Result<RemoteAddress> print_numbers(Session& session, const LiveTask& task, const Shape& shape,
                                    RemoteAddress at) {
  const ReplayedMemory memory(session.replay(), task.tid);
  Symbols& symbols = session.symbols(task.stream);
  const std::size_t per_line = shape.format == 'a' ? 1 : std::max<std::size_t>(16 / shape.size, 1);
  for (std::uint64_t i = 0; i < shape.count; ++i, at += shape.size) {
    std::uint64_t raw = 0;
    auto read = memory.read(at, object_bytes(raw).first(shape.size));
    if (!read) {
      if (i % per_line != 0) print("\n");
      return fail("no memory at {}", at);
    }
    if (i % per_line == 0) print(address_text(symbols, at) + ":");
    print("  " + number_text(symbols, shape, raw));
    if (i % per_line == per_line - 1 || i + 1 == shape.count) print("\n");
  }
  return at;
}

/// As much of the text at `at` as there is, up to `kLongestText` bytes; `next` is behind it.
Result<std::string> text_at(const Memory& memory, RemoteAddress at, RemoteAddress& next) {
  const RemoteRange readable = readable_part(memory, {at, kLongestText});
  if (readable.size == 0) return fail("no memory at {}", at);
  const Bytes bytes = TRY(read_bytes(memory, at, readable.size));
  const std::string_view text = as_text(bytes);
  const std::size_t size = std::min(text.find('\0'), text.size());
  next = at + size + (size < text.size() ? 1 : 0);
  return protocol::quoted(ByteView(bytes).first(size)) + (size < text.size() ? "" : "...");
}

Result<RemoteAddress> print_texts(Session& session, const LiveTask& task, const Shape& shape,
                                  RemoteAddress at) {
  const ReplayedMemory memory(session.replay(), task.tid);
  for (std::uint64_t i = 0; i < shape.count; ++i) {
    RemoteAddress next;
    const std::string text = TRY(text_at(memory, at, next));
    print(fmt::format("{}: {}\n", address_text(session.symbols(task.stream), at), text));
    at = next;
  }
  return at;
}

Result<RemoteAddress> print_code(Session& session, const LiveTask& task, const Shape& shape,
                                 RemoteAddress at) {
  const RemoteAddress current(TRY(session.registers()).rip);
  const auto lines = code_lines(session, task, at, {}, shape.count);
  for (const CodeLine& line : lines) {
    print(listing_line(session, task, line, current));
    at = line.address + line.size;
  }
  if (lines.size() < shape.count) return fail("no code at {}", at);
  return at;
}

Result<void> run(Session& session, std::string_view arguments) {
  std::string_view shape_text;
  if (arguments.starts_with('/')) {
    shape_text = arguments.substr(1, arguments.find(' ') - 1);
    arguments.remove_prefix(std::min(arguments.find(' '), arguments.size()));
  }
  const Shape shape = TRY(
      parse_shape(shape_text, {.format = session.examined.format, .size = session.examined.size}));
  const bool is_given = arguments.find_first_not_of(' ') != std::string_view::npos;
  if (!is_given && !session.examined.next) return fail("x ADDRESS: where to look is missing");
  const RemoteAddress start = is_given ? TRY(evaluate(session, arguments)) : *session.examined.next;
  const LiveTask task = TRY(session.task());
  const auto print_it = shape.format == 's'   ? print_texts
                        : shape.format == 'i' ? print_code
                                              : print_numbers;
  session.examined = {.next = TRY(print_it(session, task, shape, start)),
                      .format = shape.format,
                      .size = shape.size};
  return {};
}

}  // namespace

constinit const Verb kX = {
    .name = "x",
    .abbreviations = {},
    .arguments = "[/FORMAT] [ADDRESS]",
    .summary = "examine memory",
    .help =
        "FORMAT is a count, a format and a size, each of which may be left out: x/8xg $rsp\n"
        "formats   x hexadecimal   d decimal   u unsigned   o octal   t binary   a address\n"
        "          c character     s text      i instruction   f floating point\n"
        "sizes     b 1 byte        h 2         w 4            g 8\n"
        "Without ADDRESS it goes on behind what was shown last.",
    .repeat = Repeat::kGoOn,
    .completes = Completes::kSymbols,
    .run = run,
};

}  // namespace mecrr::cli
