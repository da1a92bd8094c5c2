#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <utility>

namespace rowprint {

/// An atomic value that calls whoever watches it after each assignment, from the thread that assigned.
///
/// Thread safety: all functions from any thread. Lifecycle: outlives its watches. What is called must not block, nor
/// begin or end a watch of the same value. To miss nothing, a watcher looks at the value once more after watch(): an
/// assignment before it called nobody.
template <typename T>
class Watched {
 public:
  explicit Watched(T value) : value_(value) {}
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  T load() const { return value_.load(); }
  operator T() const { return load(); }
  Watched& operator=(T value) {
    value_.store(value);
    const std::scoped_lock lock{mutex_};
    for (const auto& call : calls_) {
      call();
    }
    return *this;
  }

  /// Calls until it is destroyed, which waits for a call under way.
  class Watch {
   public:
    Watch(Watched& watched, std::function<void()> call) : watched_(watched) {
      const std::scoped_lock lock{watched_.mutex_};
      place_ = watched_.calls_.insert(watched_.calls_.end(), std::move(call));
    }
    ~Watch() {
      const std::scoped_lock lock{watched_.mutex_};
      watched_.calls_.erase(place_);
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Watched& watched_;
    typename std::list<std::function<void()>>::iterator place_;
  };
  [[nodiscard]] Watch watch(std::function<void()> call) { return Watch{*this, std::move(call)}; }

 private:
  std::atomic<T> value_;
  std::mutex mutex_;
  std::list<std::function<void()>> calls_;
};

}  // namespace rowprint
