// The loop: bring the pending event's task to it, compare, apply, look ahead.
#include "replayer/replayer.h"

#include <cerrno>

#include "replayer/selection.h"

namespace mecrr {

Result<std::unique_ptr<Replay>> Replay::open(Reader& reader, Device& device,
                                             ReplayOptions options) {
  const std::vector<ChosenStream> chosen = options.only ? TRY(streams_of(reader, *options.only))
                                           : options.streams ? whole_streams(*options.streams)
                                                             : all_streams(reader);
  if (!options.backing) options.backing = TRY(Backing::create(reader));
  auto replayer =
      std::make_unique<Replayer>(reader, device, std::move(options), EventQueue(reader, chosen));
  TRY(replayer->start());
  return replayer;
}

Replayer::Replayer(Reader& reader, Device& device, ReplayOptions options, EventQueue events)
    : reader_(&reader),
      device_(&device),
      options_(std::move(options)),
      vector_layout_(reader.header().machine()),
      events_(std::move(events)) {}

/// Until the process in question (the first, if all are replayed) has begun.
Result<void> Replayer::start() {
  TRY(look_ahead());
  if (!pending_) return fail("{}: there are no events", reader_->path());
  while (pending_) {
    const pb::Event& event = *pending_->event;
    const bool begins =
        (event.has_image() && (!options_.only || event.image().pid() == options_.only->value())) ||
        (event.has_forked() && options_.only && event.forked().pid() == options_.only->value());
    const auto before = happened_;
    auto early = TRY(answer_log(std::nullopt, Side::kBefore, Breakpoints::kIgnore));
    if (!early && happened_ != before) continue;
    if (!early) early = TRY(reach(Breakpoints::kIgnore));
    if (early) {
      if (const auto* divergence = std::get_if<Divergence>(&*early))
        return fail("{}", divergence->summary());
      return fail_with_code(EINTR, "starting the replay");
    }
    TRY(in_event(apply()));
    if (begins) {
      leave_to_user();
      return {};
    }
  }
  return fail("{}: the process does not begin", reader_->path());
}

// ---- moving

Result<Advance> Replayer::run(Breakpoints heed) {
  if (final_) return *final_;
  return finish(advance_to(std::nullopt, Side::kBefore, heed));
}

Result<Advance> Replayer::run_to(Order order, Side side, Breakpoints heed) {
  if (auto early = TRY(check_target(order, side))) return *early;
  if (final_) return *final_;
  return finish(advance_to(order, side, heed));
}

Result<Advance> Replayer::step_instruction() {
  if (final_) return *final_;
  if (!pending_) return finish(ended());
  if (is_reached()) {
    auto applied = in_event(apply());
    if (!applied) return finish(std::unexpected(applied.error()));
    return finish(Reached{});
  }
  auto early = one_instruction();
  if (!early) return finish(std::unexpected(early.error()));
  return finish(early->value_or(Reached{}));
}

/// Keeps what cannot be gone on from, and where the user is left.
Result<Advance> Replayer::finish(Result<Advance> advance) {
  if (!advance || std::holds_alternative<Ended>(*advance) ||
      std::holds_alternative<Divergence>(*advance))
    final_ = advance;
  leave_to_user();
  return advance;
}

void Replayer::leave_to_user() {
  left_to_user_.reset();
  if (const auto here = position()) left_to_user_ = Place{here->tid, here->instruction};
}

/// Whether the target has been reached already, or never will be.
Result<std::optional<Advance>> Replayer::check_target(std::optional<Order> order, Side side) const {
  if (!order) return std::nullopt;
  if (side == Side::kAfter && happened_ == order) return Reached{};
  if (happened_ && *order <= *happened_)
    return fail("event {} has passed; a replay goes forwards only", *order);
  if (pending_ && *order < Order(pending_->event->order()))
    return fail("event {} is not part of this replay", *order);
  return std::nullopt;
}

Result<Advance> Replayer::advance_to(std::optional<Order> order, Side side, Breakpoints heed) {
  while (pending_) {
    const bool is_target = order && pending_->event->order() == order->value();
    if (order && !is_target) TRY(check_target(order, side));
    if (is_interrupted()) return Interrupted{};
    const auto before = happened_;
    if (auto early = TRY(answer_log(order, side, heed))) return *early;
    if (order && side == Side::kAfter && happened_ == order) return Reached{};
    if (happened_ != before) continue;
    if (auto early = TRY(reach(heed))) return *early;
    if (is_target && side == Side::kBefore) return Reached{};
    TRY(in_event(apply()));
    if (is_target) return Reached{};
  }
  if (order) return fail("{}: there is no event {}", reader_->path(), *order);
  return ended();
}

/// Towards the pending event, which is not reached; empty if it has not come to more than that.
Result<std::optional<Advance>> Replayer::one_instruction() {
  ReplayedTask& task = *TRY(in_event(pending_task()));
  switch (TRY(in_event(step_task(task)))) {
    case Ran::kInterrupted:
    case Ran::kOverdue:
      return Interrupted{};
    case Ran::kStopped:
      return compare_at_event();
    case Ran::kStepped:
    case Ran::kAnswered:
    case Ran::kProbed:
    case Ran::kBreakpoint:
      break;
  }
  return std::nullopt;
}

Ended Replayer::ended() const { return {reader_->ending(), tasks_.size()}; }

// ---- applying

Result<void> Replayer::apply() {
  const pb::Event& event = *pending_->event;
  const StreamId stream = pending_->stream;
  if (event.has_landing()) TRY(pending_task())->landed = pending_->position;
  TRY(apply(event));
  const bool begins = event.has_image() || event.has_forked();
  happened_ = Order(event.order());
  happened_at_ = std::chrono::microseconds(event.elapsed_us());
  landings_.landings += event.has_landing();
  TRY(look_ahead());
  if (begins && options_.stream_began) options_.stream_began(stream);
  return {};
}

Result<void> Replayer::apply(const pb::Event& event) {
  if (event.has_image()) return apply_image(event);
  if (event.has_forked()) return apply_forked(event);
  ReplayedTask& task = *TRY(pending_task());
  if (left_to_user_ && left_to_user_->tid == task.tid) left_to_user_.reset();
  switch (event.what_case()) {
    case pb::Event::kCall:
      return apply_call(task, event.call());
    case pb::Event::kEntered:
      return apply_entered(task, event.entered());
    case pb::Event::kReturned:
      return apply_returned(task, event.returned());
    case pb::Event::kCreated:
      return apply_created(task, event.created());
    case pb::Event::kInstruction:
      return apply_instruction(task, event.instruction());
    case pb::Event::kSignal:
      return apply_signal(task, event.signal());
    case pb::Event::kPreempted:
      return apply_preempted(task);
    case pb::Event::kReplaced:
      return apply_replaced(task, event.replaced());
    case pb::Event::kExited:
      return apply_exited(task, event.exited());
    default:
      return fail("an event of no known kind");
  }
}

Result<void> Replayer::look_ahead() {
  if (pending_) {
    pending_.reset();
    TRY(events_.pop());
  }
  return take_front();
}

/// The next event is pending.
Result<void> Replayer::take_front() {
  pending_.reset();
  const pb::Event* event = TRY(events_.front());
  if (event == nullptr) return {};
  pending_ = {event, events_.stream(), events_.position()};
  if (options_.next_event) options_.next_event(Order(event->order()));
  return {};
}

// ---- asking

std::optional<Position> Replayer::position() const {
  if (!pending_) return std::nullopt;
  Position here{
      .order = Order(pending_->event->order()),
      .stream = pending_->stream,
      .event = pending_->position,
      .tid = Tid(pending_->event->tid()),
      .pid = {},
      .at_event = is_reached(),
      .instruction = {},
  };
  if (const ReplayedTask* task = find(here.tid)) {
    here.pid = task->pid;
    here.instruction = RemoteAddress(task->registers.rip);
  } else if (pending_->event->has_image()) {
    here.pid = Pid(pending_->event->image().pid());
  }
  return here;
}

std::vector<LiveTask> Replayer::tasks() const {
  std::vector<LiveTask> all;
  for (const auto& [tid, task] : tasks_) {
    LiveTask& live = all.emplace_back(LiveTask{tid, task.pid, task.stream, std::nullopt});
    if (task.stand == Stand::kInCall) live.call = task.call.number;
  }
  return all;
}

std::vector<LiveProcess> Replayer::processes() const {
  std::vector<LiveProcess> all;
  for (const auto& [pid, process] : processes_)
    all.push_back({pid, process.parent, process.stream, process.path, process.arguments});
  return all;
}

Result<Registers> Replayer::registers(Tid tid) const { return TRY(live(tid))->registers; }

Result<VectorState> Replayer::vector_state(Tid tid) const {
  return TRY(live(tid))->stopped->vector_state();
}

Result<void> Replayer::read_memory(Tid tid, RemoteAddress from, MutableBytes into) const {
  const ReplayedTask& task = *TRY(live(tid));
  TRY(task.stopped->read(from, into));
  task.memory->hide_replaced(from, into);
  return {};
}

std::vector<MappedRange> Replayer::mappings(StreamId stream) const {
  for (const auto& [tid, task] : tasks_)
    if (task.stream == stream) return task.memory->mappings();
  return {};
}

Result<void> Replayer::add_breakpoint(Breakpoint breakpoint, RuleId rule) {
  for (auto& [tid, task] : tasks_) {
    if (task.stream != breakpoint.stream || !task.stopped) continue;
    std::array<std::byte, 1> byte;
    TRY(task.stopped->read(breakpoint.address, byte));
    TRY(task.stopped->write(breakpoint.address, byte));
    sites_.add(breakpoint, rule);
    return {};
  }
  return fail("stream {} is not alive", breakpoint.stream);
}

// ---- finding tasks

ReplayedTask* Replayer::find(Tid tid) {
  const auto found = tasks_.find(tid);
  return found == tasks_.end() ? nullptr : &found->second;
}

const ReplayedTask* Replayer::find(Tid tid) const {
  const auto found = tasks_.find(tid);
  return found == tasks_.end() ? nullptr : &found->second;
}

Result<const ReplayedTask*> Replayer::live(Tid tid) const {
  const ReplayedTask* task = find(tid);
  if (task == nullptr) return fail_with_code(ESRCH, "task {}", tid);
  if (!task->stopped) return fail("task {} is running", tid);
  return task;
}

Result<ReplayedTask*> Replayer::pending_task() {
  const Tid tid(pending_->event->tid());
  ReplayedTask* task = find(tid);
  if (task == nullptr) return fail("there is no task {}", tid);
  if (task->stream != pending_->stream) return fail("task {} is in stream {}", tid, task->stream);
  if (!task->begun) return fail("stream {} does not begin with a fork", task->stream);
  if (!task->stopped) return fail_with_code(EINTR, "task {} is running", tid);
  return task;
}

bool Replayer::is_alive(StreamId stream) const {
  for (const auto& [tid, task] : tasks_)
    if (task.stream == stream) return true;
  return false;
}

// ---- replay.h

Result<Order> order_of(Reader& reader, StreamId stream, EventId event) {
  EventCursor cursor = TRY(reader.events(stream, event));
  const pb::Event* found = TRY(cursor.peek());
  if (found == nullptr) return fail("{}: stream {} has no event {}", reader.path(), stream, event);
  return Order(found->order());
}

}  // namespace mecrr
