// The sizes that the format promises, to writers and readers alike. What goes beyond them is not a
// trace: it bounds what a hostile file can make a reader allocate or do.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mecrr {

inline constexpr std::uint32_t kTraceVersion = 4;  ///< Header.version that is written, and read
inline constexpr std::uint64_t kTracePageBytes = 4096;  ///< of x86-64

/// A flush is due at this much before compression, or this long after the first event that waits.
inline constexpr std::uint64_t kFlushBytes = 256 * 1024;
inline constexpr std::chrono::milliseconds kFlushInterval{100};

/// Events and contents that wait to be written; beyond, Writer::add() waits.
inline constexpr std::uint64_t kMaxQueuedBytes = 64 * 1024 * 1024;

/// ContentPart.data.
inline constexpr std::uint64_t kMaxPartBytes = 4 * 1024 * 1024;

/// A frame that holds more than one event, or more than one part, decompressed.
inline constexpr std::uint64_t kMaxSharedFrameBytes = 1024 * 1024;

/// Any frame, decompressed: what protobuf can parse. A single event can be that large (a read of 2
/// GiB); no more is allocated than its compressed bytes can give.
inline constexpr std::uint64_t kMaxFrameBytes = 0x7fff'ffff;

/// LZ4 cannot pack more than this many bytes into one.
inline constexpr std::uint64_t kMaxRatio = 255;

/// Messages in one frame, since each takes much more memory than the two bytes that it can be
/// written with.
inline constexpr std::size_t kMaxMessages = 1 << 20;

/// Copies in a chunk, together; of more than one event, they and the frame's own bytes must keep to
/// kMaxSharedFrameBytes.
inline constexpr std::uint64_t kMaxCopiedBytes = 64 * 1024 * 1024;

/// Frames that the copies of one chunk come from, decompressed, without its own. A reader keeps as
/// many bytes of such frames.
inline constexpr std::uint64_t kMaxSourceBytes = 16 * 1024 * 1024;

/// CallLog.records: the agent's log, full (device/agent/state.h).
inline constexpr std::uint64_t kMaxLogBytes = 1024 * 1024;

/// Patch.code and Patch.stub_code.
inline constexpr std::size_t kMaxPatchBytes = 64;
inline constexpr std::size_t kMaxStubBytes = 128;

/// Image.cpuid.
inline constexpr int kMaxCpuidRows = 255;

/// Vector.xsave: with every extension so far (AMX) it is 11 KiB.
inline constexpr std::size_t kMaxVectorBytes = 64 * 1024;

/// Landing.word, Landing.near_page, Landing.stack and Landing.stack_bytes.
inline constexpr int kMaxLandingWords = 192;
inline constexpr int kMaxLandingPages = 256;
inline constexpr std::size_t kMaxLandingStack = 512;
inline constexpr std::uint32_t kMaxLandingStackBytes = 64 * 1024;

/// State.stack_bytes.
inline constexpr std::uint32_t kMaxStateStackBytes = 4096;

/// The index frame behind its own header.
inline constexpr std::uint64_t kMaxIndexBytes = 0x7fff'ffff;

/// Decompressed frames that a reader keeps besides those that its cursors stand in.
inline constexpr std::size_t kKeptFrames = 8;

}  // namespace mecrr
