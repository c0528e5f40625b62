// The sets of flags and of named values that arguments have. Their names are in flag_sets_*.cpp.
#pragma once

#include "device/calls/names.h"

namespace mecrr::calls {

// Files
extern const FlagSet kOpenFlags;
extern const FlagSet kDescriptorFlags;  // O_CLOEXEC, O_NONBLOCK, O_DIRECT of pipe2, dup3
extern const FlagSet kAtFlags;
extern const FlagSet kAccessModes;
extern const FlagSet kWhence;
extern const FlagSet kFlockOperations;
extern const FlagSet kFallocateModes;
extern const FlagSet kFileAdvice;
extern const FlagSet kReadWriteFlags;
extern const FlagSet kSyncFileRangeFlags;
extern const FlagSet kSpliceFlags;
extern const FlagSet kRenameFlags;
extern const FlagSet kStatxMask;
extern const FlagSet kXattrFlags;
extern const FlagSet kMemfdFlags;
extern const FlagSet kCloseRangeFlags;
extern const FlagSet kFcntlDescriptorFlags;
extern const FlagSet kSeals;
extern const FlagSet kNotifyEvents;
extern const FlagSet kInotifyFlags;
extern const FlagSet kInotifyEvents;
extern const FlagSet kFanotifyFlags;
extern const FlagSet kFanotifyMarkFlags;
extern const FlagSet kFanotifyEvents;
extern const FlagSet kNoFlags;  // calls with a flags argument for which no flag exists

// Mounts
extern const FlagSet kMountFlags;
extern const FlagSet kUmountFlags;
extern const FlagSet kOpenTreeFlags;
extern const FlagSet kMoveMountFlags;
extern const FlagSet kFsopenFlags;
extern const FlagSet kFsmountFlags;
extern const FlagSet kMountAttributes;
extern const FlagSet kFspickFlags;
extern const FlagSet kFsconfigCommands;

// Memory
extern const FlagSet kProtections;
extern const FlagSet kMapFlags;
extern const FlagSet kRemapFlags;
extern const FlagSet kSyncFlags;
extern const FlagSet kMemoryAdvice;
extern const FlagSet kLockFlags;
extern const FlagSet kLockAllFlags;
extern const FlagSet kMemoryPolicies;
extern const FlagSet kGetPolicyFlags;
extern const FlagSet kMovePagesFlags;
extern const FlagSet kMembarrierCommands;

// Waiting
extern const FlagSet kEpollFlags;
extern const FlagSet kEpollOperations;
extern const FlagSet kEventfdFlags;
extern const FlagSet kSignalfdFlags;
extern const FlagSet kTimerfdFlags;
extern const FlagSet kTimerfdSetFlags;

// Processes
extern const FlagSet kCloneFlags;  // with the signal in the low byte, for clone
extern const FlagSet kNamespaceFlags;
extern const FlagSet kWaitOptions;
extern const FlagSet kWaitKinds;
extern const FlagSet kPidfdFlags;
extern const FlagSet kResources;
extern const FlagSet kUsageOf;
extern const FlagSet kPriorityOf;
extern const FlagSet kPolicies;
extern const FlagSet kPersonality;
extern const FlagSet kCompared;
extern const FlagSet kIoPriorityOf;
extern const FlagSet kSeccompFilterFlags;
extern const FlagSet kLandlockFlags;
extern const FlagSet kFutexFlags;

// Signals
extern const FlagSet kMaskChanges;

// Sockets
extern const FlagSet kSocketFamilies;
extern const FlagSet kSocketTypes;
extern const FlagSet kMessageFlags;
extern const FlagSet kShutdownHow;
extern const FlagSet kSocketLevels;

// Time
extern const FlagSet kClocks;
extern const FlagSet kTimerFlags;
extern const FlagSet kIntervalTimers;

// System V IPC, queues, keys
extern const FlagSet kIpcFlags;
extern const FlagSet kShmFlags;
extern const FlagSet kKeyrings;

// The system
extern const FlagSet kRandomFlags;
extern const FlagSet kSwapFlags;
extern const FlagSet kModuleFlags;
extern const FlagSet kRebootMagic;
extern const FlagSet kRebootCommands;

}  // namespace mecrr::calls
