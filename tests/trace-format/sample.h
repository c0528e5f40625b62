// Small traces for the tests of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "trace-format/reader.h"
#include "trace-format/writer.h"

namespace mecrr {

/// A file that is gone at the end of the test.
class TemporaryPath {
 public:
  TemporaryPath();
  TemporaryPath(const TemporaryPath&) = delete;
  TemporaryPath& operator=(const TemporaryPath&) = delete;
  ~TemporaryPath();

  const std::string& name() const { return name_; }

 private:
  std::string folder_;
  std::string name_;
};

pb::Header sample_header();

/// First event of a stream: of stream 1 if `parent` is 0.
pb::Event image_event(std::uint32_t parent = 0);
/// A read() that gave `data`.
pb::Event read_event(std::string data);
/// getpid(): about as small as events are.
pb::Event small_event();

pb::Ending sample_ending();

/// Two streams of `events` each after their images, one after the other in turn, and three
/// contents: one without parts, one of two parts with a hole, one of 6 MB if `large`.
enum class Contents { kNone, kSmall, kLarge };
void add_sample(Writer& writer, int events, Contents contents);

/// The file that writing the sample gives.
Bytes sample_trace(int events, Contents contents);

/// Opens bytes as a trace.
Result<std::unique_ptr<Reader>> open_bytes(Bytes bytes);

/// Everything that a reader gives, read: events of all streams and bytes of all contents.
/// @return how many events
Result<std::uint64_t> read_everything(Reader& reader);

}  // namespace mecrr
