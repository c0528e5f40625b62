#include "recorder/recorder.h"

#include <fcntl.h>

#include <cerrno>

#include "base/files.h"
#include "recorder/header.h"
#include "recorder/nondeterminism/counter.h"
#include "recorder/refusals.h"
#include "recorder/session.h"

namespace mecrr {
namespace {

pb::Ending ending_of(const Session& session, const Result<void>& ran) {
  pb::Ending ending;
  ending.set_reason(pb::Ending::ALL_EXITED);
  if (session.was_interrupted()) ending.set_reason(pb::Ending::INTERRUPTED);
  if (!ran) {
    ending.set_reason(pb::Ending::RECORDER_FAILED);
    ending.set_message(ran.error().message);
  }
  ending.set_elapsed_ns(static_cast<std::uint64_t>(session.elapsed().count()));
  return ending;
}

Result<void> check_program(const std::string& path) {
  const auto fd = open_file(path, O_RDONLY);
  if (!fd || !is_foreign_program(fd->get())) return {};  // what else is wrong execve will say
  return fail_with_code(ENOEXEC, "{}: not a 64-bit x86 program", path);
}

}  // namespace

Result<Recording> record(Device& device, const Launch& launch, const RecordingContext& context) {
  TRY(check_program(launch.path));
  look_at_counter();
  pb::Header header = header_of(launch);
  if (context.chaos_seed) header.set_chaos_seed(*context.chaos_seed);
  const Tid first = TRY(device.launch(launch));
  Writer writer = TRY(context.create_trace(header));
  Session session(device, writer, context, TRY(Ticks::create()));
  const Result<void> ran = session.run(first);

  Recording recording;
  recording.status = session.first_status();
  recording.interrupted = session.was_interrupted();
  recording.processes = session.processes();
  recording.duration = session.elapsed();
  recording.stats = session.stats();
  recording.trace_failure = writer.failure();
  auto written = std::move(writer).finish(ending_of(session, ran));
  TRY(with_context(ran, "recording cannot go on"));
  if (written) {
    recording.trace = *std::move(written);
  } else {
    recording.trace_failure = written.error();
  }
  return recording;
}

}  // namespace mecrr
