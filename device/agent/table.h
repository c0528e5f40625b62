// The calls that the agent takes, in the form in which it reads them: made from the call table
// (device/calls/) and the list of taken_calls.h by generate_table.cpp when mecrr is built.
// Freestanding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "device/agent/taken_calls.h"

namespace mecrr::agent {

/// Where a number of bytes comes from: those of calls::Measure that calls the agent takes need.
enum class Measure : std::uint8_t { kNothing, kConstant, kArgument, kResult, kBehind, kBits };

/// How an argument is cut to the width of its kind (calls::meant).
enum class Cut : std::uint8_t { kNone, kSigned32, kUnsigned32 };

/// calls::Amount: number * unit + extra.
struct Amount {
  Measure measure;
  std::uint8_t argument;
  std::uint8_t width;
  Cut cut;
  std::uint32_t unit;
  std::int32_t extra;
  std::uint32_t offset;
};

enum class Shape : std::uint8_t { kBytes, kText, kIovecs, kMessage };

/// calls::When, without those of calls that wait.
enum class When : std::uint8_t { kSuccess, kPositive, kAlways };

/// An argument that points to memory.
struct Pointer {
  std::uint8_t argument;
  Shape shape;
  When when;           ///< it is written
  std::uint8_t reads;  ///< 1: the call reads what is there
  Amount room;
  Amount filled;  ///< measure kNothing: it writes nothing there
};

/// A call, or with a command one of many that a call is.
struct Form {
  std::uint8_t arity;
  std::uint8_t pointers;
  std::uint16_t first_pointer;  ///< index into kPointers
};

struct Row {
  Form form;
  Needs needs;
  Special special;
  Contents contents;
  std::uint8_t taken;  ///< 0: the agent takes no such call, and the rest is 0
  // Of a call that is many: the forms of the commands that the agent takes. Others it does not.
  std::uint8_t command_argument;
  std::uint8_t level_argument;  ///< kNoLevel: none
  std::uint16_t commands;
  std::uint16_t first_command;  ///< index into kCommands
  std::uint32_t command_mask;
};
inline constexpr std::uint8_t kNoLevel = 0xff;

struct Command {
  std::uint64_t value;  ///< as calls::Commands::value_in
  Form form;
};

}  // namespace mecrr::agent
