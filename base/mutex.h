#pragma once

// A mutex that clang understands: with its -Wthread-safety (an error in the presets that use clang)
// a field is touched only where its lock is held.
//
//   Mutex mutex_;
//   std::deque<Batch> queue_ MECRR_GUARDED_BY(mutex_);
//   void seal() MECRR_REQUIRES(mutex_);
//
//   MutexLock lock(mutex_);
//   while (queue_.empty()) not_empty_.wait(mutex_);

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define MECRR_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define MECRR_THREAD_ATTRIBUTE(x)
#endif

#define MECRR_GUARDED_BY(mutex) MECRR_THREAD_ATTRIBUTE(guarded_by(mutex))
#define MECRR_REQUIRES(...) MECRR_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define MECRR_EXCLUDES(...) MECRR_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace mecrr {

class MECRR_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void lock() MECRR_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void unlock() MECRR_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

/// Holds the mutex as long as it lives.
class MECRR_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) MECRR_THREAD_ATTRIBUTE(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() MECRR_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// What threads wait for. A wait may end for no reason: it stands in a loop that looks.
class Condition {
 public:
  /// Lets go of `mutex` while it waits.
  void wait(Mutex& mutex) MECRR_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    (void)lock.release();  // the caller still holds it
  }
  void wait_until(Mutex& mutex, std::chrono::steady_clock::time_point end) MECRR_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_until(lock, end);
    (void)lock.release();  // the caller still holds it
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace mecrr
