// Where a replay is, or where something was found.
#pragma once

#include "base/ids.h"
#include "base/remote_address.h"

namespace mecrr {

/// The event that happens next, and how far its task has come towards it.
struct Position {
  Order order;      ///< of that event: all below it have happened
  StreamId stream;  ///< whose event it is
  EventId event;    ///< its position in the stream
  Tid tid;          ///< its task
  Pid pid;          ///< the task's process
  /// Whether the task stands at the event; else it is somewhere in its own code before it. Events
  /// that have no place in a task's code (the beginning of a stream, an exit, …) are always
  /// reached.
  bool at_event = false;
  /// Next instruction of the task; null if the task does not exist yet.
  RemoteAddress instruction;
};

}  // namespace mecrr
